import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { meteredRevenue, subscriptions } from '@/db'
import type { Actor } from '@/lib/actor'
import { drain } from '@/lib/intake/drain'
import type { Stripe } from '@/lib/stripe/client'
import { listMrrMovements, listRecurringRevenue } from '@/lib/subscriptions/queries'
import { deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { shuffled, wipe } from '@/tests/support/orders'

const console: Actor = { kind: 'system', job: 'test' }
const month = { interval: 'month' } as const

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-01T10:00:00Z')
})
afterEach(() => books.close())

const ends = async () =>
  (await listMrrMovements(console, books.ahmet, { from: '2026-01', to: '2026-05' }, books.db)).map(
    (row) => row.endMinor,
  )
const today = async () => (await listRecurringRevenue(console, books.ahmet, books.db))[0]?.mrrMinor

async function subscribe(
  items: Stripe.SubscriptionCreateParams.Item[],
): Promise<{ buyer: string; subscription: Stripe.Subscription }> {
  const { stripe } = books
  const [code] = (await stripe.promotionCodes.list({ code: 'AHMET5' })).data
  const { id: buyer } = await stripe.customers.create({ email: 'somebody@example.com' })
  const subscription = await stripe.subscriptions.create({
    customer: buyer,
    items,
    discounts: [{ promotion_code: String(code?.id) }],
    default_payment_method: (await stripe.paymentMethods.attach('pm_card_visa', { customer: buyer })).id,
  })
  return { buyer, subscription }
}

const seats = (mode: 'graduated' | 'volume') =>
  books.stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Seats' },
    billing_scheme: 'tiered',
    tiers_mode: mode,
    tiers: [
      { up_to: 5, unit_amount: 1000 },
      { up_to: 'inf', unit_amount: 800, flat_amount: 500 },
    ],
    recurring: month,
  })

describe('the MRR of tiered prices', () => {
  it('applies the tiers, which no event carries, less the code’s discount', async () => {
    const { id: price } = await seats('graduated')
    const { subscription } = await subscribe([{ price, quantity: 7 }])
    await deliverAll(books)
    expect(await today()).toBe(((5n * 1000n + 2n * 800n + 500n) * 95n) / 100n)
    await books.sandbox.advance(40 * 86_400)
    await books.stripe.subscriptions.update(subscription.id, {
      items: [{ id: String(subscription.items.data[0]?.id), quantity: 5 }],
    })
    await deliverAll(books)
    expect(await today()).toBe(4750n)
    expect((await ends()).slice(0, 2)).toEqual([6745n, 4750n])
  }, 60_000)

  it('asks Stripe for a price once', async () => {
    const { id: price } = await seats('volume')
    for (let i = 0; i < 3; i++) await subscribe([{ price, quantity: 6 }])
    await deliverAll(books)
    expect(await today()).toBe(3n * (((6n * 800n + 500n) * 95n) / 100n))
    const prices = await books.db.query.facts.findMany({ where: (fact, { eq }) => eq(fact.kind, 'price') })
    expect(prices.map((fact) => fact.objectId)).toEqual([price])
  }, 60_000)
})

describe('the MRR of metered prices', () => {
  /** 1000 a month, and calls at 3: 100 in January, 300 in February, 200 in March. */
  async function usingMore(): Promise<void> {
    const { stripe } = books
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'calls',
      default_aggregation: { formula: 'sum' },
    })
    const calls = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Calls' },
      unit_amount: 3,
      recurring: { ...month, usage_type: 'metered', meter: meter.id },
    })
    const base = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Base' },
      unit_amount: 1000,
      recurring: month,
    })
    const { buyer, subscription } = await subscribe([{ price: calls.id }, { price: base.id }])
    for (const [value, days] of [
      [100, 31],
      [300, 28],
      [200, 31],
    ] as const) {
      await stripe.billing.meterEvents.create({
        event_name: 'calls',
        payload: { stripe_customer_id: buyer, value: String(value) },
      })
      await books.sandbox.advance(days * 86_400)
    }
    await books.sandbox.advance(15 * 86_400)
    await stripe.subscriptions.cancel(subscription.id)
  }

  it('is what the invoices of the last twelve months brought a month, beside the licensed items', async () => {
    await usingMore()
    const events = books.sandbox.events()
    const end = events.findIndex(({ type }) => type === 'customer.subscription.deleted')
    await deliver(books, events.slice(0, end))
    await drain(books.db, books.stripe, 30_000)
    // 285 in February, 285 and 855 by March, 285, 855 and 570 by April.
    expect(await ends()).toEqual([950n, 950n + 285n, 950n + 570n, 950n + 570n, 950n + 570n])
    expect(await today()).toBe(1520n)
    await deliver(books, events.slice(end))
    await drain(books.db, books.stripe, 30_000)
    expect(await ends()).toEqual([950n, 1235n, 1520n, 0n, 0n])
    expect(await today()).toBeUndefined()
  }, 60_000)

  it('comes to the same in whatever order the events come', async () => {
    await usingMore()
    await deliverAll(books)
    const known = async () => ({
      months: await listMrrMovements(console, null, { from: '2026-01', to: '2026-05' }, books.db),
      paid: (await books.db.select().from(meteredRevenue)).map(({ id: _, ...row }) =>
        JSON.stringify(row, big),
      ),
      now: await books.db.select().from(subscriptions),
    })
    const inOrder = await known()
    expect(inOrder.paid).toHaveLength(3)
    for (let seed = 1; seed <= 2; seed++) {
      await wipe(books.database)
      for (const event of shuffled(books.sandbox.events(), seed)) {
        await deliver(books, [event])
        await drain(books.db, books.stripe, 30_000)
      }
      const now = await known()
      expect({ ...now, paid: now.paid.toSorted() }, `drawn by lot ${seed}`).toEqual({
        ...inOrder,
        paid: inOrder.paid.toSorted(),
      })
    }
  }, 120_000)
})

const big = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
