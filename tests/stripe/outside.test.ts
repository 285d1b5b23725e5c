import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readInvoicePayments } from '@/lib/stripe/read'
import { openAccount, settle, type Account } from './account'
import { seen } from './seen'

const patience = 300_000

let account: Account
let customer: string
beforeAll(async () => {
  account = await openAccount()
  customer = (await settle(account, 'Conformance outside')).customer
}, patience)
afterAll(() => account.close(), patience)

async function openInvoice(): Promise<string> {
  const { invoices, invoiceItems } = account.stripe
  const draft = await invoices.create({ customer, currency: 'usd', auto_advance: false })
  await invoiceItems.create({ customer, invoice: draft.id, amount: 5000, currency: 'usd' })
  return (await invoices.finalizeInvoice(draft.id, { auto_advance: false })).id
}

/** What was paid outside Stripe of an invoice. */
async function outside(invoice: string) {
  const payments = (await readInvoicePayments(account.stripe, invoice)).map((it) =>
    seen('invoice_payment', it),
  )
  return payments.filter(({ body }) => body.status === 'paid')
}

describe('a payment outside Stripe', () => {
  it('by an invoice that is marked as paid is a payment of a record, under its own id', async () => {
    const invoice = await openInvoice()
    const paid = await account.stripe.invoices.pay(invoice, { paid_out_of_band: true })
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 5000 })
    const [payment] = await outside(invoice)
    expect(payment?.body).toMatchObject({ offStripe: true, amountPaid: 5000, currency: 'usd' })
    expect(payment?.own.paymentId).toBe(payment?.own.objectId)
  })

  it('that is reported pays the part of an invoice that it is put towards', async () => {
    const { stripe } = account
    const invoice = await openInvoice()
    const now = Math.floor(Date.now() / 1000)
    const record = await stripe.paymentRecords.reportPayment({
      amount_requested: { currency: 'usd', value: 2000 },
      initiated_at: now,
      payment_method_details: { type: 'custom', custom: { display_name: 'Bank transfer' } },
      customer_details: { customer },
      outcome: 'guaranteed',
      guaranteed: { guaranteed_at: now },
      processor_details: { type: 'custom', custom: { payment_reference: 'conformance' } },
    })
    await stripe.invoices.attachPayment(invoice, { payment_record: record.id })
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'open', amount_remaining: 3000 })
    expect((await outside(invoice)).map(({ body }) => body)).toMatchObject([
      { offStripe: true, amountPaid: 2000, invoiceId: invoice },
    ])
  })

  it('goes back by a credit note’s out-of-band amount', async () => {
    const { stripe } = account
    const invoice = await openInvoice()
    await stripe.invoices.pay(invoice, { paid_out_of_band: true })
    const note = await stripe.creditNotes.create({ invoice, amount: 1000, out_of_band_amount: 1000 })
    const { own, body } = seen('credit_note', note)
    expect(own.invoiceId).toBe(invoice)
    expect(body).toMatchObject({ status: 'issued', currency: 'usd', outOfBand: 1000 })
  })
})

describe('a credit note on an open invoice', () => {
  it('lowers what is due and gives nothing back outside Stripe', async () => {
    const { stripe } = account
    const invoice = await openInvoice()
    const note = await stripe.creditNotes.create({ invoice, amount: 1000 })
    expect(note.type).toBe('pre_payment')
    expect(seen('credit_note', note).body).toMatchObject({ outOfBand: 0 })
    const paid = await stripe.invoices.pay(invoice)
    expect(paid).toMatchObject({ status: 'paid', total: 5000, amount_paid: 4000 })
  })
})
