'use server'

import { z } from 'zod'
import { formAction } from '@/lib/action'
import { currentSessionToken, giveSecondFactor, requireActingAdministrator } from '@/lib/auth'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { discardPayoutRun } from '@/lib/payouts/discard-payout-run'
import { draftPayoutRun, redrawPayoutRun } from '@/lib/payouts/draft-payout-run'
import { markPaid, unmarkPaid } from '@/lib/payouts/mark-paid'
import { markPaidByResults } from '@/lib/payouts/mark-paid-by-results'
import { markReturned } from '@/lib/payouts/mark-returned'
import { sendPayoutRun } from '@/lib/payouts/send-payout-run'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { voidApproval } from '@/lib/payouts/void-approval'
import { isDay } from '@/lib/calendar'
import { parseDecimal } from '@/lib/money'
import { withFileAsText } from '@/lib/form-file'
import { mostResultBytes } from '@/lib/payouts/schemas'
import { unlessLong } from './unless-long'

const runId = z.string().regex(/^run_\w{1,40}$/)
const payoutId = z.string().regex(/^pay_\w{1,40}$/)
const reason = z.string().trim().min(1, 'Say why, in a sentence.').max(500)
const payers = () => requireActingAdministrator('finance', 'admin')

const settings = z.object({
  cutOffOn: z.string().refine(isDay, 'A day is wanted, such as 2026-01-31.'),
  /** Empty: all of them. */
  currency: z.string().regex(/^([a-z]{3})?$/),
  /** Of that currency; empty: the terms'. */
  minimum: z.string().trim().max(20),
})

function settingsOf({ cutOffOn, currency, minimum }: z.output<typeof settings>) {
  const currencies = currency === '' ? null : [currency]
  if (minimum === '') return { cutOffOn, currencies, minimums: {} }
  if (currency === '')
    throw new TributaryError('invalid', 'A minimum is for one currency: choose it.', 'currency')
  const amount = parseDecimal(minimum, currency)
  if (amount === null || amount < 0n)
    throw new TributaryError('invalid', 'An amount is wanted, such as 50 or 50.00.', 'minimum')
  return { cutOffOn, currencies, minimums: { [currency]: amount } }
}

export const draftRun = formAction({
  schema: settings,
  who: payers,
  perform: async (who, input) => {
    const id = newId('run')
    await unlessLong(draftPayoutRun(who, settingsOf(input), { runId: id }))
    return id
  },
  next: (id) => `/admin/payouts/${id}`,
})

export const redrawRun = formAction({
  schema: settings.extend({ runId }),
  who: payers,
  perform: async (who, { runId: id, ...input }) => {
    await unlessLong(redrawPayoutRun(who, id, settingsOf(input)))
    return id
  },
  next: (id) => `/admin/payouts/${id}`,
})

/** As it was set, with the books as they are now. */
export const refreshRun = formAction({
  schema: z.object({ runId }),
  who: payers,
  perform: async (who, input) => {
    await unlessLong(redrawPayoutRun(who, input.runId, {}))
    return input.runId
  },
  next: (id) => `/admin/payouts/${id}`,
})

export const discardRun = formAction({
  schema: z.object({ runId }),
  who: payers,
  perform: async (who, input) => {
    await discardPayoutRun(who, input.runId)
    return null
  },
  next: () => '/admin/payouts',
})

export const approveRun = formAction({
  schema: z.object({
    runId,
    digest: z.string().max(100),
    changed: z.literal('take_out').optional(),
    code: z.string().trim().max(40).optional(),
  }),
  who: payers,
  perform: async (who, { code, ...approval }) => {
    const now = wallNow()
    let actor = who
    if (code) {
      await giveSecondFactor(who, { code, sessionToken: await currentSessionToken() }, now)
      actor = { ...who, secondFactorAt: now }
    }
    await unlessLong(approvePayoutRun(actor, approval))
    return approval.runId
  },
  next: (id) => `/admin/payouts/${id}`,
})

export const sendRun = formAction({
  schema: z.object({ runId }),
  who: payers,
  perform: async (who, input) => {
    await sendPayoutRun(who, input.runId)
    return input.runId
  },
  next: (id) => `/admin/payouts/${id}`,
})

export const voidRun = formAction({
  schema: z.object({ runId, reason }),
  who: payers,
  perform: async (who, input) => {
    await unlessLong(voidApproval(who, input).then(() => redrawPayoutRun(who, input.runId, {})))
    return input.runId
  },
  next: (id) => `/admin/payouts/${id}`,
})

const takeResultsText = formAction({
  schema: z.object({
    runId,
    csv: z
      .string()
      .min(1, 'Choose the file, or paste its text.')
      .max(mostResultBytes, 'This file is too large: 2 MB at most.'),
  }),
  who: payers,
  perform: async (who, input) => {
    const taken = await markPaidByResults(who, input)
    return { ...taken, toLookAt: taken.toLookAt.map((row) => ({ ...row })) }
  },
})

export async function takeResults(...[before, form]: Parameters<typeof takeResultsText>) {
  const asText = await withFileAsText(form, { file: 'file', field: 'csv', most: mostResultBytes })
  return takeResultsText(before, asText)
}

const aPayout = z.object({ runId, payoutId })
const backToIt = (ids: { runId: string; payoutId: string }) =>
  `/admin/payouts/${ids.runId}/payouts/${ids.payoutId}`

export const takeOut = formAction({
  schema: aPayout.extend({ reason }),
  who: payers,
  perform: async (who, { reason: why, ...ids }) => {
    await takeOutPayout(who, { payoutId: ids.payoutId, reason: why })
    return ids
  },
  next: backToIt,
})

export const paid = formAction({
  schema: aPayout.extend({
    reference: z.string().trim().min(1, 'The provider’s reference is wanted.').max(200),
  }),
  who: payers,
  perform: async (who, { reference, ...ids }) => {
    await markPaid(who, { payoutId: ids.payoutId, reference })
    return ids
  },
  next: backToIt,
})

export const unmark = formAction({
  schema: aPayout.extend({ reason }),
  who: payers,
  perform: async (who, { reason: why, ...ids }) => {
    await unmarkPaid(who, { payoutId: ids.payoutId, reason: why })
    return ids
  },
  next: backToIt,
})

export const returned = formAction({
  schema: aPayout.extend({ reason }),
  who: payers,
  perform: async (who, { reason: why, ...ids }) => {
    await markReturned(who, { payoutId: ids.payoutId, reason: why })
    return ids
  },
  next: backToIt,
})
