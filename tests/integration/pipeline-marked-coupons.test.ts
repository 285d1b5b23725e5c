import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { customers } from '@/db'
import type { Stripe } from '@/lib/stripe/client'
import { deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { drain } from '@/lib/intake/drain'

let books: Books
beforeEach(async () => {
  books = await openBooks()
  await books.stripe.coupons.create({
    id: 'fair',
    percent_off: 10,
    duration: 'forever',
    metadata: { affiliate_id: books.ahmet },
  })
  await books.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: 'fair' }, code: 'FAIR' })
})
afterEach(() => books.close())

/** A purchase that brings no invoice, so that the session alone shows what it was made with. */
async function buyByHand(
  how: Pick<Stripe.Checkout.SessionCreateParams, 'discounts' | 'allow_promotion_codes'>,
  code?: string,
): Promise<void> {
  const { id } = await books.stripe.checkout.sessions.create({
    mode: 'payment',
    customer_creation: 'always',
    success_url: 'http://localhost/thanks',
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 5000, product_data: { name: 'Book' } } },
    ],
    ...how,
  })
  await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${id}/complete`, {
    ...(code !== undefined && { promotion_code: code }),
  })
}

const attributed = async () =>
  (await books.db.select().from(customers)).map(({ affiliateId, matchedBy }) => ({ affiliateId, matchedBy }))

describe('a coupon whose metadata names an affiliate, on a session without an invoice,', () => {
  it('attributes by a code made by hand, though the event about the code came first', async () => {
    const { sandbox, db, stripe } = books
    await deliver(books, sandbox.events())
    await drain(db, stripe, 30_000)
    await buyByHand({ allow_promotion_codes: true }, 'FAIR')
    await deliverAll(books)
    expect(await attributed()).toEqual([{ affiliateId: books.ahmet, matchedBy: 'coupon_metadata' }])
  })

  it('attributes by itself', async () => {
    await buyByHand({ discounts: [{ coupon: 'fair' }] })
    await deliverAll(books)
    expect(await attributed()).toEqual([{ affiliateId: books.ahmet, matchedBy: 'coupon_metadata' }])
  })

  it('that is deleted before it was read holds nothing up', async () => {
    await buyByHand({ discounts: [{ coupon: 'fair' }] })
    await books.stripe.coupons.del('fair')
    // A code on it would have shown it.
    const events = books.sandbox.events().filter(({ type }) => !/^(coupon|promotion_code)\./.test(type))
    await deliver(books, events)
    expect(await drain(books.db, books.stripe, 30_000)).toMatchObject({ quarantined: 0 })
    expect(await attributed()).toEqual([{ affiliateId: null, matchedBy: null }])
  })
})

describe('a coupon whose metadata names an affiliate, deeper than Stripe expands,', () => {
  const customer = () =>
    books.stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })

  it('attributes by a line of an invoice made by hand', async () => {
    const { stripe } = books
    const { id } = await customer()
    const discounts = [{ coupon: 'fair' }]
    await stripe.invoiceItems.create({ customer: id, amount: 10_000, currency: 'usd', discounts })
    const draft = await stripe.invoices.create({ customer: id, pending_invoice_items_behavior: 'include' })
    await stripe.invoices.finalizeInvoice(draft.id)
    await stripe.invoices.pay(draft.id)
    await deliverAll(books)
    expect(await attributed()).toEqual([{ affiliateId: books.ahmet, matchedBy: 'coupon_metadata' }])
  })

  it('attributes by an item of a subscription', async () => {
    const { stripe } = books
    const { id } = await customer()
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 5000,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro' },
    })
    await stripe.subscriptions.create({
      customer: id,
      trial_period_days: 7,
      items: [{ price: price.id, discounts: [{ coupon: 'fair' }] }],
    })
    await deliverAll(books)
    expect(await attributed()).toEqual([{ affiliateId: books.ahmet, matchedBy: 'coupon_metadata' }])
  })
})
