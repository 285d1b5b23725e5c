import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions } from '@/db'
import { deliverAll, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
})
afterEach(() => books.close())

/** A payment of $95 with the code, whose fee of 500 Stripe tells after so many seconds, or never. */
async function pay(delay: string, brand = 'visa', metadata: Record<string, string> = {}): Promise<string> {
  const { stripe } = books
  const [code] = (await stripe.promotionCodes.list({ code: 'AHMET5' })).data
  const customer = await stripe.customers.create({ email: `${delay}@example.com` })
  const card = await stripe.paymentMethods.attach(`pm_card_${brand}`, { customer: customer.id })
  await stripe.paymentMethods.update(card.id, {
    metadata: { sandbox_fee: '500', sandbox_fee_delay: delay, ...metadata },
  })
  const draft = await stripe.invoices.create({
    customer: customer.id,
    currency: 'usd',
    discounts: [{ promotion_code: String(code?.id) }],
    default_payment_method: card.id,
  })
  await stripe.invoiceItems.create({
    customer: customer.id,
    invoice: draft.id,
    amount: 10_000,
    currency: 'usd',
  })
  await stripe.invoices.pay(draft.id)
  const [payment] = (await stripe.invoicePayments.list({ invoice: draft.id, status: 'paid' })).data
  return String(payment?.payment.payment_intent)
}

async function stands(payments: readonly string[]): Promise<string[]> {
  await deliverAll(books)
  const rows = await books.db.select().from(commissions)
  return payments.map((id) => {
    const row = rows.find(({ paymentId }) => paymentId === id)
    return row?.status === 'settled' ? `${row.commissionMinor} ${row.currency}` : String(row?.status)
  })
}

describe('a fee', () => {
  it('that comes with the payment, after a minute, after a day or never is waited for, and never guessed', async () => {
    const payments: string[] = []
    // One card for several customers would be held for a look.
    for (const [delay, brand] of [
      ['0', 'visa'],
      ['60', 'mastercard'],
      ['86400', 'amex'],
      ['never', 'discover'],
    ] as const) {
      payments.push(await pay(delay, brand))
    }
    const [waits, earns] = ['awaiting_fee', '1800 usd']
    expect(await stands(payments)).toEqual([earns, waits, waits, waits])
    await books.sandbox.advance(61)
    expect(await stands(payments)).toEqual([earns, earns, waits, waits])
    await books.sandbox.advance(86_400)
    expect(await stands(payments)).toEqual([earns, earns, earns, waits])
    await books.sandbox.advance(60 * 86_400)
    expect(await stands(payments)).toEqual([earns, earns, earns, waits])
  }, 60_000)

  it('with tax on it comes off whole', async () => {
    const payment = await pay('0', 'visa', { sandbox_fee: '557', sandbox_fee_tax: '57' })
    const intent = await books.stripe.paymentIntents.retrieve(payment, {
      expand: ['latest_charge.balance_transaction'],
    })
    expect(intent.latest_charge).toMatchObject({
      balance_transaction: {
        fee: 557,
        fee_details: [
          { type: 'stripe_fee', amount: 500 },
          { type: 'tax', amount: 57 },
        ],
      },
    })
    // 9500 less 557 is 8943, a fifth of it 1788.6.
    expect(await stands([payment])).toEqual(['1789 usd'])
  }, 60_000)

  it('in the currency of the settlement says in which the payment earns, once it comes', async () => {
    const payment = await pay('3600', 'visa', { sandbox_settlement: 'eur:0.9' })
    expect(await stands([payment])).toEqual(['awaiting_fee'])
    await books.sandbox.advance(3601)
    // 9500 × 0.9 = 8550, less 500.
    expect(await stands([payment])).toEqual(['1610 eur'])
  }, 60_000)
})
