'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import type { Actor } from '@/lib/actor'
import { advanceClock, buy, cancelSubscription, refund } from '@/lib/demo/shop'
import { TributaryError } from '@/lib/errors'
import { parseDecimal } from '@/lib/money'
import { requireSandbox } from './_components/sandbox'

async function player(): Promise<Actor> {
  return (await requireSandbox()).player
}

const text = z.string().trim().max(200).default('')
const id = z.string().regex(/^\w{3,100}$/)

/** Pays, then shows what became of it. */
export const pay = formAction({
  schema: z.object({
    priceId: id,
    code: text,
    reference: text,
    email: text.pipe(z.email('This is not an e-mail address.')),
    name: text.pipe(z.string().min(1, 'Say who pays.')),
    fee: text.refine((typed) => typed === '' || (parseDecimal(typed, 'usd') ?? -1n) >= 0n, {
      error: 'An amount such as 3.55 is wanted, or nothing.',
    }),
  }),
  who: player,
  perform: async (_, { fee, ...order }) => {
    const feeMinor = parseDecimal(fee, 'usd') ?? undefined
    const bought = await buy(feeMinor === undefined ? order : { ...order, feeMinor })
    if (bought.ok) return bought.paymentId ?? ''
    throw new TributaryError('invalid', bought.message, bought.field === 'form' ? undefined : bought.field)
  },
  next: (paymentId) => followed(paymentId),
})

export const giveBack = formAction({
  schema: z.object({
    paymentId: id,
    amountMinor: z
      .string()
      .regex(/^\d{1,18}$/)
      .transform(BigInt),
  }),
  who: player,
  perform: async (_, input) => {
    await refund(input)
    return input.paymentId
  },
  next: (paymentId) => followed(paymentId),
})

export const cancel = formAction({
  schema: z.object({ subscriptionId: id, paymentId: id }),
  who: player,
  perform: async (_, { subscriptionId, paymentId }) => {
    await cancelSubscription({ subscriptionId })
    return paymentId
  },
  next: (paymentId) => followed(paymentId),
})

const steps = { day: { days: 1 }, month: { months: 1 }, year: { months: 12 } }

export const letTimePass = formAction({
  schema: z.object({ step: z.enum(['day', 'month', 'year']) }),
  who: player,
  perform: async (_, { step }) => {
    await advanceClock(steps[step])
    return null
  },
  next: () => `/sandbox?passed=${Date.now()}#purchases`,
})

/** The page about one payment; the number makes it a new one, which looks afresh for what comes of it. */
function followed(paymentId: string): string {
  return `/sandbox?${new URLSearchParams({ payment: paymentId, at: String(Date.now()) })}#purchase`
}
