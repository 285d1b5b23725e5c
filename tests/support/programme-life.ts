import { sql } from 'drizzle-orm'
import { createPacedStripe, type PacedClient } from '@/lib/stripe/paced-client'
import { handledEventTypes } from '@/lib/intake/events'
import { reconcile, type Reconciled, type ReconcileOptions } from '@/lib/intake/reconcile/reconcile'
import { buy, newAffiliate, type Books } from './books'
import { dice } from './orders'

export const system = { kind: 'system', job: 'test' } as const

/** A client of a sweep on a test's sandbox: as fast as it goes, and nobody waits by time. */
export function sweepClient(books: Books): PacedClient {
  return createPacedStripe('sk_test_books', books.sandbox.url, {
    perSecond: 1_000_000,
    pause: () => Promise.resolve(),
  })
}

/** One sweep to its end. */
export function sweep(books: Books, options: Partial<ReconcileOptions> = {}): Promise<Reconciled> {
  const { db } = books
  return reconcile(system, { db, client: sweepClient(books), begunBy: 'by_hand', since: null, ...options })
}

/** Some months of a programme: plans by the month and the year, one-off sales, refunds, disputes, cancellations, with and without codes. */
export async function liveSomeMonths(books: Books, buyers: number): Promise<void> {
  const { db, stripe, sandbox } = books
  await newAffiliate(db, stripe, { handle: 'Berta', displayName: 'Berta', email: 'berta@example.net' })
  const roll = dice(buyers)
  for (let n = 0; n < buyers; n += 1) {
    const interval = (['month', 'month', 'year', undefined] as const)[Math.floor(roll() * 4)]
    const code = (['AHMET5', 'BERTA5', undefined] as const)[Math.floor(roll() * 3)]
    const { paymentId, session } = await buy(stripe, {
      amount: 1900 + Math.floor(roll() * 20) * 1000,
      ...(interval && { interval }),
      ...(code && { code }),
    })
    const fate = roll()
    sandbox.advance(Math.floor(roll() * 3) * 86_400)
    if (fate < 0.15) await stripe.refunds.create({ payment_intent: paymentId, amount: 700 })
    else if (fate < 0.25) await stripe.refunds.create({ payment_intent: paymentId })
    else if (fate < 0.35) {
      await stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', { payment_intent: paymentId })
    } else if (fate < 0.45 && typeof session.subscription === 'string') {
      await stripe.subscriptions.cancel(session.subscription)
    }
  }
  sandbox.advance(65 * 86_400)
}

/** The programme's time is the sandbox's, so that Stripe still has the events of the last 30 days. */
export async function standAtTheSandboxsTime({ db, sandbox }: Books): Promise<void> {
  const now = Math.max(...sandbox.events().map((event) => event.created))
  const offset = now - Math.floor(Date.now() / 1000)
  await db.execute(sql`update programme set clock_offset_seconds = ${offset}`)
}

/** What the webhook would get of it. */
export const handled = (books: Books) =>
  books.sandbox.events().filter((event) => handledEventTypes.has(event.type))

/** Of a hundred deliveries so many are never sent. */
export function withoutSome<T>(deliveries: readonly T[], percent: number, seed: number): T[] {
  const roll = dice(seed)
  return deliveries.filter(() => roll() * 100 >= percent)
}
