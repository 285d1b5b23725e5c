import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, customers, inboxWork } from '@/db'
import { verifyBooks } from '@/lib/ledger/verify'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'

/** How others lose or double money: each of their cases, played on these books. */

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(async () => {
  const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
  await books.close()
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
})

const rows = () => books.db.select().from(commissions).orderBy(commissions.paidAt)
const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

async function codeId(code: string): Promise<string> {
  const [found] = (await books.stripe.promotionCodes.list({ code })).data
  return String(found?.id)
}

async function complete(session: string, page: Record<string, string | number>): Promise<void> {
  await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${session}/complete`, {
    email: 'buyer@example.com',
    ...page,
  })
}

async function aPrice(amount: number, interval: 'month' | 'year', currency = 'usd'): Promise<string> {
  const price = await books.stripe.prices.create({
    currency,
    unit_amount: amount,
    recurring: { interval },
    product_data: { name: 'Pro' },
  })
  return price.id
}

describe('a code', () => {
  it('that is the second of two discounts counts', async () => {
    const coupon = await books.stripe.coupons.create({ percent_off: 10, duration: 'forever' })
    const customer = await books.stripe.customers.create({ email: 'two@example.com' })
    await books.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: await aPrice(10_000, 'month') }],
      default_payment_method: 'pm_card_visa',
      discounts: [{ coupon: coupon.id }, { promotion_code: await codeId('AHMET5') }],
    })
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ affiliateId: books.ahmet, status: 'settled', paymentMinor: 8550n }])
  })

  it('on an item of a subscription made by API, and on a line of an invoice made by hand, counts', async () => {
    const promotionCode = await codeId('AHMET5')
    const one = await books.stripe.customers.create({ email: 'item@example.com' })
    await books.stripe.subscriptions.create({
      customer: one.id,
      items: [{ price: await aPrice(10_000, 'month'), discounts: [{ promotion_code: promotionCode }] }],
      default_payment_method: 'pm_card_visa',
    })
    const two = await books.stripe.customers.create({
      email: 'line@example.com',
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    await books.stripe.invoiceItems.create({
      customer: two.id,
      amount: 10_000,
      currency: 'usd',
      discounts: [{ promotion_code: promotionCode }],
    })
    const draft = await books.stripe.invoices.create({
      customer: two.id,
      pending_invoice_items_behavior: 'include',
    })
    await books.stripe.invoices.pay(draft.id)
    await deliverAll(books)
    const found = await rows()
    expect(found.map((row) => [row.affiliateId, row.status, row.paymentMinor])).toEqual([
      [books.ahmet, 'settled', 9500n],
      [books.ahmet, 'settled', 9500n],
    ])
  })

  it('that a customer types months after they came earns from then on', async () => {
    const { session, customerId } = await buy(books.stripe, { amount: 2900, interval: 'month', fee: 355 })
    await books.sandbox.advance(40 * 86_400)
    await books.stripe.subscriptions.update(String(session.subscription), {
      discounts: [{ promotion_code: await codeId('AHMET5') }],
    })
    await books.sandbox.advance(25 * 86_400)
    await deliverAll(books)
    expect((await rows()).map((row) => row.status)).toEqual(['not_earning', 'not_earning', 'settled'])
    const [customer] = await books.db.select().from(customers)
    expect(customer).toMatchObject({ id: customerId, affiliateId: books.ahmet, matchedBy: 'promotion_code' })
  })

  it('that was paused, and whose coupon is gone, keeps its customers, and those who had not paid yet', async () => {
    await buy(books.stripe, aMonth)
    const trial = await books.stripe.customers.create({ email: 'trial@example.com' })
    await books.stripe.subscriptions.create({
      customer: trial.id,
      items: [{ price: await aPrice(2900, 'month') }],
      trial_period_days: 14,
      default_payment_method: 'pm_card_visa',
      discounts: [{ promotion_code: await codeId('AHMET5') }],
    })
    const code = await books.stripe.promotionCodes.retrieve(await codeId('AHMET5'), {
      expand: ['promotion.coupon'],
    })
    await books.stripe.promotionCodes.update(code.id, { active: false })
    const { coupon } = code.promotion
    await books.stripe.coupons.del(String(typeof coupon === 'string' ? coupon : coupon?.id))
    // Only now does anything come in: what is behind the discounts is asked for when it is gone.
    await books.sandbox.advance(40 * 86_400)
    await deliverAll(books)
    const found = await rows()
    expect(found.map((row) => [row.status, row.affiliateId])).toEqual(Array(3).fill(['settled', books.ahmet]))
    expect(await books.db.select().from(inboxWork).where(eq(inboxWork.state, 'quarantined'))).toEqual([])
  })

  it('earns for life: years after, with the discount long gone', async () => {
    const { session } = await buy(books.stripe, { amount: 29_000, interval: 'year', code: 'AHMET5' })
    await books.stripe.subscriptions.update(String(session.subscription), { discounts: '' })
    await books.sandbox.advance(3 * 366 * 86_400)
    await deliverAll(books)
    const found = await rows()
    expect(found.map((row) => [row.status, row.paymentMinor])).toEqual([
      ['settled', 27_550n],
      ['settled', 29_000n],
      ['settled', 29_000n],
      ['settled', 29_000n],
    ])
  })

  it('of which only the coupon is known, by its id or its metadata, finds its affiliate', async () => {
    const other = await books.stripe.coupons.create({
      percent_off: 5,
      duration: 'forever',
      metadata: { affiliate_id: books.ahmet },
    })
    const [own] = (await books.stripe.coupons.list({ limit: 10 })).data.filter(
      (coupon) => coupon.id !== other.id,
    )
    for (const coupon of [String(own?.id), other.id]) {
      const customer = await books.stripe.customers.create({ email: `${coupon}@example.com` })
      await books.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: await aPrice(10_000, 'month') }],
        default_payment_method: 'pm_card_visa',
        discounts: [{ coupon }],
      })
    }
    await deliverAll(books)
    expect((await rows()).map((row) => row.matchedBy).sort()).toEqual(['coupon', 'coupon_metadata'])
  })
})

describe('a referral link without a code', () => {
  it('names the affiliate by client_reference_id, from the first payment on', async () => {
    const berta = await newAffiliate(books.db, books.stripe, {
      handle: 'Berta',
      displayName: 'Berta',
      email: 'berta@example.com',
    })
    const session = await books.stripe.checkout.sessions.create({
      mode: 'subscription',
      client_reference_id: 'berta5',
      success_url: 'http://localhost/thanks',
      line_items: [{ quantity: 1, price: await aPrice(2900, 'month') }],
    })
    await complete(session.id, {
      fee: 355,
    })
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ affiliateId: berta, status: 'settled' }])
  })

  it('or with a name of the shop’s own is nobody’s, and no code that waits for a decision', async () => {
    const session = await books.stripe.checkout.sessions.create({
      mode: 'subscription',
      client_reference_id: 'user_42',
      success_url: 'http://localhost/thanks',
      line_items: [{ quantity: 1, price: await aPrice(2900, 'month') }],
    })
    await complete(session.id, {})
    await deliverAll(books)
    const outcomes = await books.db.select({ outcome: inboxWork.outcome }).from(inboxWork)
    expect(outcomes.map((row) => row.outcome)).not.toContain('unmatched')
  })
})
