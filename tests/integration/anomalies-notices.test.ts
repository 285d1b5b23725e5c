import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions } from '@/db'
import type { Actor } from '@/lib/actor'
import { listAnomalies } from '@/lib/anomalies/queries'
import { buy, cardNumberOf, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const earning = { amount: 2900, interval: 'month', code: 'AHMET5' } as const

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const list = () => listAnomalies(admin, { limit: 100 }, books.db)

async function checkOut(customer: string, code?: string): Promise<void> {
  const session = await books.stripe.checkout.sessions.create({
    mode: 'payment',
    customer,
    allow_promotion_codes: true,
    success_url: 'http://localhost/',
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 2900, product_data: { name: 'Pro' } } },
    ],
  })
  await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/checkout/sessions/${session.id}/complete`, {
    card_number: cardNumberOf(customer),
    ...(code !== undefined && { promotion_code: code }),
  })
}

describe('a notice', () => {
  it('of a customer who had paid before the code came is shown and in nobody’s way', async () => {
    const customer = await books.stripe.customers.create({ email: 'zoe@blue-harbour.io' })
    await checkOut(customer.id)
    await books.sandbox.advance(86_400)
    await checkOut(customer.id, 'AHMET5')
    await deliverAll(books)
    const { anomalies } = await list()
    expect(anomalies).toEqual([
      expect.objectContaining({ rule: 'paid_before_code', action: 'notice', customerId: customer.id }),
    ])
    const paymentId = anomalies[0]?.paymentId ?? ''
    const [commission] = await books.db.select().from(commissions).where(eq(commissions.paymentId, paymentId))
    expect(commission).toMatchObject({ status: 'settled' })
  })

  it('comes with the sixth new customer of a day, where so many never came', async () => {
    for (let n = 0; n < 7; n++) await buy(books.stripe, { ...earning, buyer: { email: `n${n}@firm${n}.io` } })
    await deliverAll(books)
    const { anomalies } = await list()
    expect(anomalies.map(({ rule, evidence }) => `${rule}: ${evidence}`)).toEqual([
      'sudden_customers: 7 new customers on 2026-01-31, after 0 in the day before',
      'sudden_customers: 6 new customers on 2026-01-31, after 0 in the day before',
    ])
  })

  it('comes with a new customer where five of six payments went back, and hardly any of others’', async () => {
    const person = { handle: 'Zoe', displayName: 'Zoë', email: 'zoe@blue-harbour.io' }
    await newAffiliate(books.db, books.stripe, person)
    const refused: string[] = []
    for (let n = 0; n < 14; n++) await buy(books.stripe, { ...earning, code: 'ZOE5' })
    for (let n = 0; n < 6; n++) refused.push((await buy(books.stripe, earning)).paymentId)
    for (const payment_intent of refused.slice(1)) await books.stripe.refunds.create({ payment_intent })
    await books.sandbox.advance(86_400)
    const { paymentId } = await buy(books.stripe, earning)
    await buy(books.stripe, { ...earning, code: 'ZOE5' })
    await deliverAll(books)
    const { anomalies } = await list()
    const rates = anomalies.filter(({ rule }) => rule === 'refund_rate')
    expect(rates.map((anomaly) => [anomaly.paymentId, anomaly.evidence])).toEqual([
      [paymentId, '5 of 6 payments of the 90 days before went back, of the programme’s 5 of 20'],
    ])
  })
})
