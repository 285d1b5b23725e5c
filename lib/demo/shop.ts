import 'server-only'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { database } from '@/db'
import type { Actor } from '@/lib/actor'
import { programmeNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { isMissing, Stripe, stripeClient } from '@/lib/stripe/client'
import { findPrices, isStoryTold } from './catalogue'
import { checkOut, ensureCustomer, type Purchase } from './check-out'
import { moveProgrammeClock } from './move-programme-clock'
import { cardNumberFrom } from './people'
import { bringClockTo, findDemoClock, type DemoClock } from './test-clock'

export { listPurchases, type ShopPurchase } from './list-purchases'

/** Whoever plays the customer on sandbox books, where all may play. */
const visitor: Actor = { kind: 'system', job: 'sandbox shop' }

export interface Plan {
  priceId: string
  name: string
  interval: 'month' | 'year'
  /** A period's price. */
  amountMinor: bigint
  currency: string
}

/** What can be bought, the cheapest first; none while the demo is being made. */
export async function listPlans(): Promise<Plan[]> {
  requireSandbox()
  const prices = await findPrices(stripeClient())
  return prices.flatMap(planOf).toSorted((a, b) => Number(a.amountMinor - b.amountMinor))
}

function planOf({ id, nickname, recurring, unit_amount: amount, currency }: Stripe.Price): Plan[] {
  const interval = recurring?.interval === 'month' ? 'month' : recurring?.interval === 'year' ? 'year' : null
  if (interval === null || amount === null) return []
  return [{ priceId: id, name: nickname ?? id, interval, amountMinor: BigInt(amount), currency }]
}

export type Bought =
  | { ok: true; sessionId: string; /** Null: nothing had to be paid. */ paymentId: string | null }
  | { ok: false; field: 'code' | 'email' | 'form'; message: string }

const person = z.object({
  email: z
    .string()
    .transform((text) => text.normalize('NFKC').trim().toLowerCase())
    .pipe(z.email().max(254)),
  name: z.string().transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, 100)),
})

/**
 * Buys as a customer does, through Checkout, now. The same address is the same customer, with the same card.
 * @param feeMinor Stripe's fee on each payment with this card; absent: by Stripe's usual price
 */
export async function buy(order: {
  priceId: string
  /** As typed; empty: none. */
  code: string
  email: string
  name: string
  feeMinor?: bigint
  /** What a referral link brought; empty: nothing. */
  reference?: string
}): Promise<Bought> {
  requireSandbox()
  const who = person.safeParse(order)
  if (!who.success) return { ok: false, field: 'email', message: 'This is not an e-mail address.' }
  const { email } = who.data
  const name = who.data.name || email
  const stripe = stripeClient()
  try {
    const clock = await openShop(stripe)
    const place = { name, country: 'US', postalCode: '10014' }
    const customerId = await ensureCustomer(stripe, clock.id, { ...place, email })
    const code = order.code.trim() || null
    const reference = order.reference || undefined
    const returnUrl = `${env().appUrl}/sandbox`
    const purchase = await checkOut(
      stripe,
      { customerId, priceId: order.priceId, mode: 'subscription', returnUrl, reference },
      {
        ...place,
        code,
        cardNumber: cardNumberOf(email),
        feeMinor: order.feeMinor === undefined ? null : Number(order.feeMinor),
      },
    )
    return { ok: true, sessionId: purchase.sessionId, paymentId: await paymentOf(stripe, purchase) }
  } catch (error) {
    return refusal(error)
  }
}

/** A card of their own for each address: a shared one would look like one person behind many. */
export function cardNumberOf(email: string): string {
  return cardNumberFrom(createHash('sha256').update(email).digest().readUInt32BE(0) % 1_000_000_000)
}

/** The payment behind a purchase; null: nothing had to be paid. */
export async function paymentOf(stripe: Stripe, { invoiceId, paymentId }: Purchase): Promise<string | null> {
  if (invoiceId === null) return paymentId
  const { data } = await stripe.invoicePayments.list({ invoice: invoiceId, status: 'paid', limit: 1 })
  const intent = data[0]?.payment.payment_intent
  return typeof intent === 'string' ? intent : (intent?.id ?? null)
}

/** What the person who types has to know; throws what is nobody's to mend. */
function refusal(error: unknown): Bought {
  if (error instanceof TributaryError) return { ok: false, field: 'form', message: error.message }
  if (error instanceof Stripe.errors.StripeCardError) {
    return { ok: false, field: 'form', message: error.message }
  }
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
  const field = error.param === 'promotion_code' ? 'code' : error.param === 'email' ? 'email' : 'form'
  return { ok: false, field, message: error.message }
}

/**
 * Gives back a payment or a part of it, now.
 * @throws TributaryError unprocessable, field `amount`, for more than is left of it; not_found
 */
export async function refund(order: { paymentId: string; amountMinor: bigint }): Promise<void> {
  requireSandbox()
  const stripe = stripeClient()
  await openShop(stripe)
  await asked('amount', () =>
    stripe.refunds.create({ payment_intent: order.paymentId, amount: Number(order.amountMinor) }),
  )
}

/**
 * Ends a subscription, now or when what was paid for is over.
 * @throws TributaryError unprocessable for one that has ended; not_found
 */
export async function cancelSubscription(order: {
  subscriptionId: string
  atPeriodEnd?: boolean
}): Promise<void> {
  requireSandbox()
  const stripe = stripeClient()
  await openShop(stripe)
  const { subscriptionId, atPeriodEnd = false } = order
  await asked('subscription', () =>
    atPeriodEnd
      ? stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true })
      : stripe.subscriptions.cancel(subscriptionId),
  )
}

async function asked(field: string, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask()
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    throw new TributaryError(isMissing(error) ? 'not_found' : 'unprocessable', error.message, field)
  }
}

/**
 * Moves the programme's time ahead, and with it Stripe's: what falls due on the way is done when this returns.
 * @returns the programme's time from then on
 * @throws TributaryError invalid for no way or one too long, conflict while the demo is being made
 */
export async function advanceClock(by: { days?: number; months?: number }): Promise<Date> {
  requireSandbox()
  const stripe = stripeClient()
  await openShop(stripe)
  // Ours first: if it ends here, the next purchase brings Stripe's to where ours is.
  const now = await moveProgrammeClock(visitor, by)
  await openShop(stripe)
  return now
}

/** The programme's time. */
export async function sandboxNow(): Promise<Date> {
  requireSandbox()
  return programmeNow(database())
}

/** Brings Stripe's clock, which stands still between purchases, to the programme's time. */
export async function openShop(stripe: Stripe): Promise<DemoClock> {
  const [clock, isTold] = await Promise.all([findDemoClock(stripe), isStoryTold(stripe)])
  if (clock === null || !isTold) {
    throw new TributaryError('conflict', 'The demo is still being made; the shop opens in a minute or two.')
  }
  const now = await programmeNow(database())
  return bringClockTo(stripe, clock, Math.floor(now.getTime() / 1000))
}

export function requireSandbox(): void {
  if (env().booksMode !== 'sandbox') throw new TributaryError('not_found', 'There is no shop on these books.')
}
