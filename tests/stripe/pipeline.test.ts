import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commissions, customers } from '@/db'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes, handlers } from '@/lib/intake/events'
import { verifyBooks } from '@/lib/ledger/verify'
import { apiVersion, type Stripe } from '@/lib/stripe/client'
import { read } from '@/lib/stripe/read'
import { deliver } from '@/tests/support/books'
import { openAccount, whenThere, type Account } from './account'
import { live, type Life } from './life'

const patience = 300_000

let account: Account
let life: Life
let events: Stripe.Event[]
beforeAll(async () => {
  account = await openAccount()
  life = await live(account)
  events = await whenThere(account, async () => {
    const told = await eventsOf(life)
    const types = new Set(told.map((event) => event.type))
    return told.some(isOfRenewal) && toBeTold.every((type) => types.has(type)) ? told : null
  })
}, patience)
afterAll(() => account.close(), patience)

/** Without which this life is not told yet. */
const toBeTold = [
  'customer.subscription.created',
  'invoice.paid',
  'invoice_payment.paid',
  'charge.succeeded',
  'refund.created',
] as const

const isOfRenewal = (event: Stripe.Event) =>
  event.type === 'invoice_payment.paid' && event.data.object.invoice === life.renewal.invoiceId

/** The account's events about this life, the oldest first. */
async function eventsOf({ begunAt, customerId, first, renewal }: Life): Promise<Stripe.Event[]> {
  const about = [customerId, ...Object.values(first), ...Object.values(renewal)]
  const found: Stripe.Event[] = []
  for await (const event of account.stripe.events.list({ created: { gte: begunAt - 60 }, limit: 100 })) {
    const text = JSON.stringify(event.data.object)
    if (handledEventTypes.has(event.type) && about.some((each) => text.includes(`"${each}"`)))
      found.push(event)
  }
  return found.toReversed()
}

it('the events are in shapes that are known', () => {
  const own = events.filter(({ api_version }) => api_version === apiVersion)
  // An account may tell its events in another version; then they are read again.
  if (!account.isReal) expect(own).toEqual(events)
  for (const event of own) {
    const sight = { observedAt: new Date(event.created * 1000), eventId: event.id }
    expect(() => handlers.get(event.type)?.observe(event.data.object, sight), event.id).not.toThrow()
  }
})

/** Rounded half up; none of these is negative. */
const rounded = (numerator: bigint, denominator: bigint) =>
  (2n * numerator + denominator) / (2n * denominator)

it(
  'settled, they earn a fifth of what came in less the fee, and give back the refund’s share',
  async () => {
    await deliver(account, events)
    await drain(account.db, account.stripe, 120_000)
    const rows = await account.db.select().from(commissions).orderBy(asc(commissions.paidAt))
    expect(rows).toHaveLength(2)
    for (const [at, { chargeId, intentId }] of [life.first, life.renewal].entries()) {
      const { balance_transaction: settled } = await read.charge(account.stripe, chargeId)
      if (settled === null || typeof settled === 'string') throw new Error('The fee was to be expanded')
      const net = BigInt(settled.amount - settled.fee)
      const commissionMinor = rounded(net * 2000n, 10_000n)
      const reversedMinor = at === 0 ? rounded(commissionMinor * 1000n, 2755n) : 0n
      expect(rows[at]).toMatchObject({
        paymentId: intentId,
        affiliateId: account.affiliateId,
        status: 'settled',
        currency: settled.currency,
        netMinor: net,
        commissionMinor,
        reversedMinor,
      })
    }
    expect(await account.db.select().from(customers)).toMatchObject([{ affiliateId: account.affiliateId }])
    const verdicts = await verifyBooks({ kind: 'system', job: 'conformance' }, { db: account.db })
    expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
  },
  patience,
)
