import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, ledgerTransfers } from '@/db'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { verifyBooks } from '@/lib/ledger/verify'
import { buy, deliver, deliverAll, openBooks, type Books } from '@/tests/support/books'

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

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const ofType = (type: string) => handled().filter((event) => event.type === type)
const rows = () => books.db.select().from(commissions).orderBy(commissions.paidAt)
const aMonth = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

async function aPrice(amount: number, interval: 'month' | 'year', currency = 'usd'): Promise<string> {
  const price = await books.stripe.prices.create({
    currency,
    unit_amount: amount,
    recurring: { interval },
    product_data: { name: 'Pro' },
  })
  return price.id
}

describe('an amount', () => {
  it('has no tax in its base, whether tax is added or included', async () => {
    for (const inclusive of [false, true]) {
      const rate = await books.stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive })
      const customer = await books.stripe.customers.create({ metadata: { affiliate_id: books.ahmet } })
      await books.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: await aPrice(12_000, 'month') }],
        default_payment_method: 'pm_card_visa',
        default_tax_rates: [rate.id],
      })
    }
    await deliverAll(books)
    // Added: 144.00 with a fee of 4.48, 120.00 − 4.48. Included: 120.00 with 3.78, 100.00 − 3.78.
    const found = await rows()
    expect(found.map((row) => row.netMinor).sort()).toEqual([11_552n, 9_622n])
  })

  it('in yen is whole yen, in euros euros, in dinars thousandths', async () => {
    const bought = [
      { currency: 'jpy', amount: 3_000 },
      { currency: 'eur', amount: 2_900 },
      { currency: 'kwd', amount: 10_000 },
    ]
    for (const { currency, amount } of bought) {
      await buy(books.stripe, { amount, interval: 'month', code: 'AHMET5', currency, fee: 100 })
    }
    await deliverAll(books)
    const found = await rows()
    const byCurrency = found.map((row) => [row.currency, row.paymentMinor, row.commissionMinor])
    expect(byCurrency.sort()).toEqual([
      ['eur', 2_755n, 531n],
      ['jpy', 2_850n, 550n],
      ['kwd', 9_500n, 1_880n],
    ])
    const lines = await books.db.select().from(ledgerTransfers)
    expect(lines.map((line) => line.currency).sort()).toEqual(['eur', 'jpy', 'kwd'])
  })

  it('settled in another currency than it was paid in earns in the one it was settled in', async () => {
    books.sandbox.settings({ settlement: { eur: 'usd:1.08' } })
    await buy(books.stripe, { ...aMonth, currency: 'eur' })
    await deliverAll(books)
    // 2755 × 1.08 = 2975 dollar cents, less the fee of 355.
    expect(await rows()).toMatchObject([
      { paymentCurrency: 'eur', currency: 'usd', netMinor: 2620n, commissionMinor: 524n },
    ])
  })

  it('disputed in another currency than it was paid in counts by what was withdrawn of what was settled', async () => {
    books.sandbox.settings({ settlement: { eur: 'usd:1.08' } })
    const { paymentId } = await buy(books.stripe, { ...aMonth, currency: 'eur' })
    await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/disputes', { payment_intent: paymentId })
    const inDollars = handled().map((event) => {
      if (!event.type.startsWith('charge.dispute')) return event
      const object = structuredClone(event.data.object) as { balance_transactions: object[] } // as every dispute has
      const withdrawn = object.balance_transactions.map((each) => ({ ...each, amount: -1000 }))
      const changed = { ...object, currency: 'usd', amount: 1000, balance_transactions: withdrawn }
      return { ...event, data: { object: changed } }
    })
    await deliver(books, inDollars)
    await drain(books.db, books.stripe, 30_000)
    // 2755 × 1000/2975 = 926 of 2755, of 524.
    expect(await rows()).toMatchObject([{ commissionMinor: 524n, reversedMinor: 176n }])
  })
})

describe('what Stripe no longer tells', () => {
  it('a charge does not name its invoice, and a refund finds it all the same', async () => {
    const { paymentId } = await buy(books.stripe, aMonth)
    await books.stripe.refunds.create({ payment_intent: paymentId })
    const [charge] = ofType('charge.succeeded')
    expect(charge?.data.object).not.toHaveProperty('invoice')
    await deliverAll(books)
    expect(await rows()).toMatchObject([{ remainingMinor: 0n }])
  })

  it('an invoice with more lines than a payload carries is read to its end', async () => {
    const customer = await books.stripe.customers.create({
      metadata: { affiliate_id: books.ahmet },
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    })
    for (let line = 0; line < 25; line++) {
      await books.stripe.invoiceItems.create({ customer: customer.id, amount: 1_000, currency: 'usd' })
    }
    const draft = await books.stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    await books.stripe.invoices.pay(draft.id)
    const [paid] = ofType('invoice.paid')
    expect(paid?.data.object).toMatchObject({ lines: { has_more: true } })
    await deliverAll(books)
    // 250.00 less a fee of 7.55.
    expect(await rows()).toMatchObject([{ status: 'settled', netMinor: 24_245n, commissionMinor: 4_849n }])
  })
})
