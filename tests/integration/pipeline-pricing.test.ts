import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions } from '@/db'
import type { Stripe } from '@/lib/stripe/client'
import { deliverAll, linesOf, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-01T10:00:00Z')
})
afterEach(() => books.close())

const month = { interval: 'month' } as const

/** A customer whose card costs a fee of 35 each time. */
async function customer(): Promise<string> {
  const { stripe } = books
  const { id } = await stripe.customers.create({ email: 'somebody@example.com' })
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: id })
  await stripe.paymentMethods.update(card.id, { metadata: { sandbox_fee: '35' } })
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: card.id } })
  return id
}

async function subscribe(
  buyer: string,
  items: Stripe.SubscriptionCreateParams.Item[],
): Promise<Stripe.Subscription> {
  const [code] = (await books.stripe.promotionCodes.list({ code: 'AHMET5' })).data
  return books.stripe.subscriptions.create({
    customer: buyer,
    items,
    discounts: [{ promotion_code: String(code?.id) }],
  })
}

async function metered(): Promise<string> {
  const { stripe } = books
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula: 'sum' },
  })
  const { id } = await stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Calls' },
    unit_amount: 3,
    recurring: { ...month, usage_type: 'metered', meter: meter.id },
  })
  return id
}

const use = (buyer: string, value: number) =>
  books.stripe.billing.meterEvents.create({
    event_name: 'calls',
    payload: { stripe_customer_id: buyer, value: String(value) },
  })

/** Each commission's payment, by when it was made, with its instalments. */
async function earned() {
  const rows = await books.db.select().from(commissions)
  const all = await Promise.all(
    rows.map(async ({ paymentId, commissionMinor, netMinor }) => ({
      commissionMinor,
      netMinor,
      lines: (await linesOf(books.db, paymentId)).map((line) => [
        line.amountMinor,
        line.earnedOn,
        line.payableOn,
      ]),
    })),
  )
  return all.toSorted((a, b) => ((a.lines[0]?.[1] ?? '') < (b.lines[0]?.[1] ?? '') ? -1 : 1))
}

describe('usage that is billed after its month', () => {
  it('is earned on the day of payment, beside the month ahead, and shares net and fee with it', async () => {
    const base = await books.stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Base' },
      unit_amount: 1000,
      recurring: month,
    })
    const buyer = await customer()
    await subscribe(buyer, [{ price: await metered() }, { price: base.id, quantity: 1 }])
    await use(buyer, 100)
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    // 950 for the base and 285 for January's usage after 5 %, less 35: 1200, a fifth of it by 285 to 950.
    expect(await earned()).toEqual([
      { commissionMinor: 183n, netMinor: 915n, lines: [[183n, '2026-01-01', '2026-01-31']] },
      {
        commissionMinor: 240n,
        netMinor: 1200n,
        lines: [
          [55n, '2026-02-01', '2026-03-03'],
          [185n, '2026-02-01', '2026-03-03'],
        ],
      },
    ])
  }, 60_000)

  it('of nothing costs nothing and waits for no fee, and alone it is one instalment', async () => {
    const buyer = await customer()
    await subscribe(buyer, [{ price: await metered() }])
    await books.sandbox.advance(31 * 86_400)
    await use(buyer, 200)
    await books.sandbox.advance(28 * 86_400)
    await deliverAll(books)
    expect(await earned()).toEqual([
      { commissionMinor: 107n, netMinor: 535n, lines: [[107n, '2026-03-01', '2026-03-31']] },
    ])
  }, 60_000)
})

describe('a year and a month in one subscription', () => {
  it('are one commission whose instalments add up both, and months of their own after it', async () => {
    const price = async (amount: number, interval: 'month' | 'year') =>
      (
        await books.stripe.prices.create({
          currency: 'usd',
          product_data: { name: interval },
          unit_amount: amount,
          recurring: { interval },
        })
      ).id
    const items = [{ price: await price(12_000, 'year') }, { price: await price(1000, 'month') }]
    await subscribe(await customer(), items)
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    const [first, second] = await earned()
    // 11400 and 950, less 35: 12315. January has 1900 of the 12350, every other month 950.
    expect(first?.commissionMinor).toBe(2463n)
    // 378.9 and eleven times 189.5: down to 2457, and six more by the largest remainders, the earlier first.
    const later = [190n, 190n, 190n, 190n, 190n, 189n, 189n, 189n, 189n, 189n, 189n]
    expect(first?.lines.map(([amount]) => amount)).toEqual([379n, ...later])
    expect(second).toMatchObject({ commissionMinor: 183n, lines: [[183n, '2026-02-01', '2026-03-03']] })
  }, 60_000)
})

describe('a tiered price', () => {
  it('earns on what all its lines cost together, over the month they share', async () => {
    const { id } = await books.stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Seats' },
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 5, unit_amount: 1000, flat_amount: 500 },
        { up_to: 'inf', unit_amount: 800 },
      ],
      recurring: month,
    })
    await subscribe(await customer(), [{ price: id, quantity: 7 }])
    await deliverAll(books)
    // 5 × 1000 + 500 + 2 × 800 = 7100, less 5 % = 6745, less 35.
    expect(await earned()).toEqual([
      { commissionMinor: 1342n, netMinor: 6710n, lines: [[1342n, '2026-01-01', '2026-01-31']] },
    ])
  }, 60_000)
})
