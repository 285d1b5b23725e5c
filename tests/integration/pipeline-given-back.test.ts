import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commissions, waits } from '@/db'
import { askWaiting } from '@/lib/intake/ask-waiting'
import { drain } from '@/lib/intake/drain'
import type { Stripe } from '@/lib/stripe/client'
import { deliverAll, openBooks, seconds, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
})
afterEach(() => books.close())

/** An open invoice of 100.00 less 5 %, of a customer whose card costs a fee of 500. */
async function openInvoice(): Promise<{ invoice: string; customer: string }> {
  const { stripe } = books
  const [code] = (await stripe.promotionCodes.list({ code: 'AHMET5' })).data
  const { id: customer } = await stripe.customers.create({ email: 'somebody@example.com' })
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer })
  await stripe.paymentMethods.update(card.id, { metadata: { sandbox_fee: '500' } })
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } })
  const draft = await stripe.invoices.create({
    customer,
    currency: 'usd',
    discounts: [{ promotion_code: String(code?.id) }],
  })
  await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 10_000, currency: 'usd' })
  const { id } = await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false })
  return { invoice: id, customer }
}

/** Each payment's commission, what was taken back of it, and what is left, the largest first. */
async function earned() {
  await deliverAll(books)
  const rows = await books.db.select().from(commissions)
  return rows
    .map(({ commissionMinor, reversedMinor }) => [commissionMinor, reversedMinor])
    .toSorted((a, b) => Number((b[0] ?? 0n) - (a[0] ?? 0n)))
}

const report = (value: number, customer: string): Promise<Stripe.PaymentRecord> =>
  books.stripe.paymentRecords.reportPayment({
    amount_requested: { currency: 'usd', value },
    initiated_at: seconds('2026-01-31T10:00:00Z'),
    payment_method_details: { type: 'custom', custom: { display_name: 'Bank transfer' } },
    customer_details: { customer },
    outcome: 'guaranteed',
    guaranteed: { guaranteed_at: seconds('2026-01-31T10:00:00Z') },
  })

describe('payments that are reported, not made through Stripe', () => {
  it('earn on the cash of each, without a fee and without waiting for one', async () => {
    const { invoice, customer } = await openInvoice()
    for (const value of [4000, 5500]) {
      const { id } = await report(value, customer)
      await books.stripe.invoices.attachPayment(invoice, { payment_record: id })
    }
    expect(await earned()).toEqual([
      [1100n, 0n],
      [800n, 0n],
    ])
    expect(await books.db.select().from(waits)).toEqual([])
  }, 60_000)

  it('earn beside one through Stripe, whose fee is its own', async () => {
    const { invoice, customer } = await openInvoice()
    const { id } = await report(4000, customer)
    await books.stripe.invoices.attachPayment(invoice, { payment_record: id })
    await books.stripe.invoices.pay(invoice)
    expect(await earned()).toEqual([
      [1000n, 0n],
      [800n, 0n],
    ])
  }, 60_000)

  it('towards an invoice that stays open wait for it: no event says whose it is', async () => {
    const { invoice, customer } = await openInvoice()
    const { id } = await report(4000, customer)
    await books.stripe.invoices.attachPayment(invoice, { payment_record: id })
    expect(await earned()).toEqual([[0n, 0n]])
    await books.db.update(waits).set({ nextAskAt: new Date(0) })
    await askWaiting(books.db, books.stripe, 50)
    await drain(books.db, books.stripe, 30_000)
    expect(await earned()).toEqual([[800n, 0n]])
    expect(await books.db.select().from(waits)).toEqual([])
  }, 60_000)

  it('go back by a credit note that names the record’s refund', async () => {
    const { invoice, customer } = await openInvoice()
    const record = await report(9500, customer)
    await books.stripe.invoices.attachPayment(invoice, { payment_record: record.id })
    await books.sandbox.advance(40 * 86_400)
    await books.stripe.creditNotes.create({
      invoice,
      amount: 1900,
      refunds: [
        {
          type: 'payment_record_refund',
          amount_refunded: 1900,
          payment_record_refund: { payment_record: record.id, refund_group: 'back' },
        },
      ],
    })
    expect(await earned()).toEqual([[1900n, 380n]])
  }, 60_000)
})

describe('a credit note', () => {
  it('on an open invoice lowers the cash, and so what it earns; voided, it lowers nothing', async () => {
    const lowered = await openInvoice()
    await books.stripe.creditNotes.create({ invoice: lowered.invoice, amount: 2000 })
    await books.stripe.invoices.pay(lowered.invoice)
    const whole = await openInvoice()
    const note = await books.stripe.creditNotes.create({ invoice: whole.invoice, amount: 2000 })
    await books.stripe.creditNotes.voidCreditNote(note.id)
    await books.stripe.invoices.pay(whole.invoice)
    expect(await earned()).toEqual([
      [1800n, 0n],
      [1400n, 0n],
    ])
  }, 60_000)

  it('that covers all that is due earns nothing and waits for nothing', async () => {
    const { invoice } = await openInvoice()
    await books.stripe.creditNotes.create({ invoice, amount: 9500 })
    expect((await books.stripe.invoices.retrieve(invoice)).status).toBe('paid')
    expect(await earned()).toEqual([])
    expect(await books.db.select().from(waits)).toEqual([])
  }, 60_000)

  it('with a refund takes back the refund’s share once, made by it or only named by it', async () => {
    const made = await openInvoice()
    await books.stripe.invoices.pay(made.invoice)
    await books.stripe.creditNotes.create({ invoice: made.invoice, amount: 1900, refund_amount: 1900 })
    const named = await openInvoice()
    await books.stripe.invoices.pay(named.invoice)
    const [payment] = (await books.stripe.invoicePayments.list({ invoice: named.invoice, status: 'paid' }))
      .data
    const refund = await books.stripe.refunds.create({
      payment_intent: String(payment?.payment.payment_intent),
      amount: 950,
    })
    await books.stripe.creditNotes.create({
      invoice: named.invoice,
      amount: 950,
      refunds: [{ refund: refund.id, amount_refunded: 950 }],
    })
    expect((await earned()).toSorted((a, b) => Number((a[1] ?? 0n) - (b[1] ?? 0n)))).toEqual([
      [1800n, 180n],
      [1800n, 360n],
    ])
  }, 60_000)

  it('to the customer’s balance, or outside Stripe for a payment through it, takes nothing back', async () => {
    const { invoice } = await openInvoice()
    await books.stripe.invoices.pay(invoice)
    await books.stripe.creditNotes.create({ invoice, amount: 1000, credit_amount: 1000 })
    await books.stripe.creditNotes.create({ invoice, amount: 500, out_of_band_amount: 500 })
    expect(await earned()).toEqual([[1800n, 0n]])
  }, 60_000)

  it('of several kinds at once takes back its refund alone', async () => {
    const { invoice } = await openInvoice()
    await books.stripe.invoices.pay(invoice)
    await books.stripe.creditNotes.create({
      invoice,
      amount: 3900,
      refund_amount: 1900,
      credit_amount: 1500,
      out_of_band_amount: 500,
    })
    expect(await earned()).toEqual([[1800n, 360n]])
  }, 60_000)
})
