import { asc, eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, customers, waits } from '@/db'
import { askWaiting } from '@/lib/intake/ask-waiting'
import type { Terms } from '@/lib/programme/schemas'
import { setTerms } from '@/lib/programme/set-terms'
import { buy, deliverAll, linesOf, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
})
afterEach(() => books.close())

const by = (values: Partial<Terms>) =>
  setTerms(
    { kind: 'system', job: 'test' },
    { values, affiliateId: null },
    { db: books.db, now: new Date('2025-12-01T00:00:00Z') },
  )
const answers = async () => books.db.select().from(commissions).orderBy(asc(commissions.paidAt))
const statuses = async () => (await answers()).map((row) => row.status)
const monthly = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

async function price(amount: number): Promise<{ price: string; product: string }> {
  const made = await books.stripe.prices.create({
    currency: 'usd',
    unit_amount: amount,
    product_data: { name: `For ${amount}` },
  })
  return { price: made.id, product: String(made.product) }
}

async function buyTogether(prices: string[], invoiced = true): Promise<void> {
  const session = await books.stripe.checkout.sessions.create({
    mode: 'payment',
    invoice_creation: { enabled: invoiced },
    customer_creation: 'always',
    allow_promotion_codes: true,
    success_url: 'http://localhost/thanks',
    line_items: prices.map((id) => ({ price: id, quantity: 1 })),
  })
  const complete = `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`
  await books.stripe.rawRequest('POST', complete, {
    email: 'b@example.com',
    promotion_code: 'AHMET5',
    fee: 100,
  })
  await deliverAll(books)
}

describe('by the terms, a payment', () => {
  it('earns for so many months from the first sign of the code, and no longer', async () => {
    await by({ durationMonths: 2 })
    await buy(books.stripe, monthly)
    await books.sandbox.advance(62 * 86_400)
    await deliverAll(books)
    expect(await statuses()).toEqual(['settled', 'settled', 'not_earning'])
    expect((await answers()).at(-1)?.sentence).toBe(
      'Payments earn for 2 months; for this customer that ended on 2026-03-31.',
    )
  })

  it('made within these months drips to the end of what it paid for', async () => {
    await by({ durationMonths: 1 })
    const { paymentId } = await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await deliverAll(books)
    expect(await linesOf(books.db, paymentId)).toHaveLength(12)
  })

  it('attributes but earns nothing before the day from which the programme earns', async () => {
    await by({ earnsFrom: '2026-02-15' })
    const { customerId } = await buy(books.stripe, monthly)
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    expect(await statuses()).toEqual(['not_earning', 'settled'])
    const [customer] = await books.db
      .select()
      .from(customers)
      .where(eq(customers.id, customerId ?? ''))
    expect(customer?.affiliateId).toBe(books.ahmet)
  })

  it('earns on the products in scope only, with its share of the fee', async () => {
    const [pro, book] = [await price(10000), await price(30000)]
    await by({ products: [pro.product] })
    await buyTogether([pro.price, book.price])
    // 400.00 less 5 % is 380.00, fee 1.00: (38000 − 100) × 9500/38000 = 9475, × 20 % = 1895
    expect(await answers()).toMatchObject([{ status: 'settled', netMinor: 9475n, commissionMinor: 1895n }])
  })

  it('for nothing in scope earns nothing, and does not wait for a fee', async () => {
    const [pro, book] = [await price(10000), await price(30000)]
    await by({ products: [pro.product] })
    await buyTogether([book.price])
    expect(await answers()).toMatchObject([
      { status: 'not_earning', sentence: 'No line of the invoice is for a product that earns.' },
    ])
  })

  it('without an invoice waits until its session’s lines were read, where only some products earn', async () => {
    const [pro, book] = [await price(10000), await price(30000)]
    await by({ products: [pro.product] })
    await buyTogether([pro.price, book.price], false)
    expect(await answers()).toMatchObject([{ status: 'awaiting_basis' }])
    await books.db.update(waits).set({ nextAskAt: sql`clock_timestamp() - interval '1 second'` })
    await askWaiting(books.db, books.stripe, 50)
    expect(await answers()).toMatchObject([{ status: 'settled', netMinor: 9475n, commissionMinor: 1895n }])
    expect(await books.db.select().from(waits)).toEqual([])
    await deliverAll(books)
    expect(await statuses()).toEqual(['settled'])
  })

  it('without an invoice does not ask for its lines where every product earns', async () => {
    const [pro, book] = [await price(10000), await price(30000)]
    await buyTogether([pro.price, book.price], false)
    expect(await answers()).toMatchObject([{ status: 'settled', netMinor: 37900n, commissionMinor: 7580n }])
  })
})
