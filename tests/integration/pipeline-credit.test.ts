import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, customers, waits } from '@/db'
import { verifyBooks } from '@/lib/ledger/verify'
import type { Stripe } from '@/lib/stripe/client'
import { deliverAll, linesOf, openBooks, type Books } from '@/tests/support/books'

const day = 86_400

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-01T10:00:00Z')
})
afterEach(() => books.close())

/** A product's price; the interval's length is one. */
async function priceOf(amount: number, interval: 'month' | 'year' = 'month'): Promise<string> {
  const { id } = await books.stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Pro' },
    unit_amount: amount,
    recurring: { interval },
  })
  return id
}

/** With the code, 5 % off for ever, by a card that costs a fee of so much each time. */
async function subscribe(
  price: string,
  fee: number,
  more: Stripe.SubscriptionCreateParams = { customer: '' },
): Promise<Stripe.Subscription> {
  const { stripe } = books
  const [code] = (await stripe.promotionCodes.list({ code: 'AHMET5' })).data
  const { id: customer } = await stripe.customers.create({ email: 'somebody@example.com' })
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer })
  await stripe.paymentMethods.update(card.id, { metadata: { sandbox_fee: String(fee) } })
  return stripe.subscriptions.create({
    ...more,
    customer,
    items: [{ price }],
    default_payment_method: card.id,
    discounts: [{ promotion_code: String(code?.id) }, ...(more.discounts || [])],
  })
}

async function change(subscription: Stripe.Subscription, price: string): Promise<void> {
  await books.stripe.subscriptions.update(subscription.id, {
    items: [{ id: String(subscription.items.data[0]?.id), price }],
    proration_behavior: 'always_invoice',
  })
}

/** The commissions in the order of their payments; nothing is waited for, and the books are whole. */
async function earned(): Promise<bigint[]> {
  await deliverAll(books)
  expect(await books.db.select().from(waits)).toEqual([])
  const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
  const rows = await books.db.select().from(commissions)
  return rows
    .toSorted((a, b) => a.paidAt.getTime() - b.paidAt.getTime())
    .map((row) => row.commissionMinor ?? -1n)
}

const owner = async () => (await books.db.select().from(customers))[0]?.affiliateId

describe('credit on a customer’s balance', () => {
  it('from a downgrade neither claws back nor earns again: only the cash that is still paid does', async () => {
    const subscription = await subscribe(await priceOf(10_000), 500)
    await books.sandbox.advance(15 * day)
    await change(subscription, await priceOf(4000))
    await books.sandbox.advance(46 * day)
    // 9500 less 500; then −4903 + 1962 go to the balance, of 3800 in February 859 are cash; 3800 in March.
    expect(await earned()).toEqual([1800n, 72n, 660n])
  }, 60_000)

  it('covers months after a year’s price was given back for a month’s: they earn nothing and wait for no fee', async () => {
    const monthly = await priceOf(2900)
    const subscription = await subscribe(monthly, 500)
    await books.sandbox.advance(15 * day)
    await change(subscription, await priceOf(29_000, 'year'))
    await books.sandbox.advance(60 * day)
    await change(subscription, monthly)
    await books.sandbox.advance(60 * day)
    // 2755, then 27550 less 1422 for the unused half of January; what the year leaves pays for May.
    expect(await earned()).toEqual([451n, 5126n])
    const open = (await books.stripe.invoices.list({ subscription: subscription.id })).data
    expect(open.every((invoice) => invoice.status === 'paid')).toBe(true)
    const [payment] = (await books.db.select().from(commissions)).filter(
      (row) => row.commissionMinor === 5126n,
    )
    const lines = await linesOf(books.db, payment?.paymentId ?? '')
    expect(lines).toHaveLength(12)
  }, 60_000)

  it('as a debt, of an invoice too small to charge, earns with the payment that brings it', async () => {
    await subscribe(await priceOf(30), 3)
    await books.sandbox.advance(31 * day)
    // 28 in January are less than Stripe charges; in February it charges 56 for an invoice of 28.
    expect(await earned()).toEqual([11n])
  }, 60_000)
})

describe('a first invoice of nothing', () => {
  it('of a trial makes the customer the affiliate’s, and the payment after it earns', async () => {
    await subscribe(await priceOf(10_000), 500, { customer: '', trial_period_days: 14 })
    expect(await earned()).toEqual([])
    expect(await owner()).toBe(books.ahmet)
    await books.sandbox.advance(15 * day)
    expect(await earned()).toEqual([1800n])
  }, 60_000)

  it('by a second discount of all of it does so too', async () => {
    await books.stripe.coupons.create({ id: 'free', percent_off: 100, duration: 'once' })
    await subscribe(await priceOf(10_000), 500, { customer: '', discounts: [{ coupon: 'free' }] })
    expect(await earned()).toEqual([])
    expect(await owner()).toBe(books.ahmet)
    await books.sandbox.advance(31 * day)
    expect(await earned()).toEqual([1800n])
  }, 60_000)
})

describe('an upgrade within a month', () => {
  it('earns on the rest that it costs, over the rest of the month', async () => {
    const subscription = await subscribe(await priceOf(4000), 300)
    await books.sandbox.advance(15 * day)
    await change(subscription, await priceOf(10_000))
    // 3800; then 5161 less 5 % for the dearer rest, less 1961 for the unused one: 2942.
    expect(await earned()).toEqual([700n, 528n])
  }, 60_000)
})
