import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { at, faultOf, openShop, settler, typesOf, type Shop } from './stripe-sandbox-client'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.sandbox.close())

async function openInvoice(amount: number): Promise<{ invoice: string; customer: string }> {
  const { stripe } = shop
  const { customer } = await settler(stripe, '2026-01-15')
  await stripe.invoiceItems.create({ customer: customer.id, amount, currency: 'usd' })
  const draft = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  })
  const { id } = await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false })
  return { invoice: id, customer: customer.id }
}

const report = (value: number, customer: string, currency = 'usd'): Promise<Stripe.PaymentRecord> =>
  shop.stripe.paymentRecords.reportPayment({
    amount_requested: { currency, value },
    initiated_at: at('2026-01-16'),
    payment_method_details: { type: 'custom', custom: { display_name: 'Bank transfer' } },
    customer_details: { customer },
    outcome: 'guaranteed',
    guaranteed: { guaranteed_at: at('2026-01-16') },
    processor_details: { type: 'custom', custom: { payment_reference: 'wire 7' } },
  })

const refund = (record: string, value?: number) =>
  shop.stripe.paymentRecords.reportRefund(record, {
    outcome: 'refunded',
    refunded: { refunded_at: at('2026-02-01') },
    processor_details: { type: 'custom', custom: { refund_reference: 'wire back' } },
    ...(value === undefined ? {} : { amount: { currency: 'usd', value } }),
  })

describe('a payment that is reported', () => {
  it('pays an invoice in parts, with the invoice’s own PaymentIntent cancelled, and no payment_succeeded', async () => {
    const { stripe, sandbox } = shop
    const { invoice, customer } = await openInvoice(5000)
    const first = await report(2000, customer)
    expect(first).toMatchObject({
      object: 'payment_record',
      amount_guaranteed: { currency: 'usd', value: 2000 },
      reported_by: 'self',
      customer_details: { customer },
    })
    expect(await stripe.invoices.attachPayment(invoice, { payment_record: first.id })).toMatchObject({
      status: 'open',
      amount_remaining: 3000,
    })
    const second = await report(9000, customer)
    const before = sandbox.events().length
    await stripe.invoices.attachPayment(invoice, { payment_record: second.id })
    expect(await stripe.invoices.retrieve(invoice)).toMatchObject({
      status: 'paid',
      amount_paid: 5000,
      amount_paid_off_stripe: 5000,
    })
    expect(typesOf(sandbox).slice(before)).toEqual([
      'payment_intent.canceled',
      'invoice.paid',
      'invoice_payment.paid',
    ])
    const { data } = await stripe.invoicePayments.list({ invoice, status: 'paid' })
    expect(data.map(({ amount_paid, payment }) => [amount_paid, payment.payment_record])).toEqual([
      [3000, second.id],
      [2000, first.id],
    ])
    const found = await stripe.invoicePayments.list({
      payment: { type: 'payment_record', payment_record: first.id },
    })
    expect(found.data.map((each) => each.invoice)).toEqual([invoice])
  })

  it('is not put towards an invoice twice over, nor in another currency, nor where it failed', async () => {
    const { stripe } = shop
    const { invoice, customer } = await openInvoice(5000)
    const euros = await report(2000, customer, 'eur')
    const failed = await stripe.paymentRecords.reportPayment({
      amount_requested: { currency: 'usd', value: 1000 },
      initiated_at: at('2026-01-16'),
      payment_method_details: { type: 'custom' },
      outcome: 'failed',
      failed: { failed_at: at('2026-01-16') },
    })
    const spent = await report(2000, customer)
    await stripe.invoices.attachPayment(invoice, { payment_record: spent.id })
    for (const record of [euros, failed, spent]) {
      const again = stripe.invoices.attachPayment(invoice, { payment_record: record.id })
      expect(await faultOf(again)).toMatchObject({ statusCode: 400, param: 'payment_record' })
    }
  })

  it('is refunded in parts, never by more than it was', async () => {
    const { customer } = await openInvoice(5000)
    const { id } = await report(2000, customer)
    await refund(id, 500)
    expect(await faultOf(refund(id, 1501))).toMatchObject({ statusCode: 400 })
    expect((await refund(id)).amount_refunded).toEqual({ currency: 'usd', value: 2000 })
  })

  it('can be given back by a credit note that names the refund', async () => {
    const { stripe } = shop
    const { invoice, customer } = await openInvoice(5000)
    const record = await report(5000, customer)
    await stripe.invoices.attachPayment(invoice, { payment_record: record.id })
    await refund(record.id, 1200)
    const note = await stripe.creditNotes.create({
      invoice,
      amount: 1200,
      refunds: [
        {
          type: 'payment_record_refund',
          amount_refunded: 1200,
          payment_record_refund: { payment_record: record.id, refund_group: 'wire back' },
        },
      ],
    })
    expect(note).toMatchObject({
      type: 'post_payment',
      refunds: [{ type: 'payment_record_refund', amount_refunded: 1200 }],
    })
  })
})

describe('an invoice that is marked as paid', () => {
  it('leaves a payment record of Stripe’s own', async () => {
    const { stripe } = shop
    const { invoice } = await openInvoice(5000)
    await stripe.invoices.pay(invoice, { paid_out_of_band: true })
    const paid = (await stripe.invoicePayments.list({ invoice, status: 'paid' })).data
    const record = await stripe.paymentRecords.retrieve(String(paid[0]?.payment.payment_record))
    expect(record).toMatchObject({ amount_guaranteed: { value: 5000 }, reported_by: 'stripe' })
    expect((await stripe.paymentRecords.list()).data.map((each) => each.id)).toEqual([record.id])
  })
})

describe('a fee', () => {
  it('comes after a minute, after a day or never, as its payment method says', async () => {
    const { stripe, sandbox } = shop
    for (const delay of ['0', '60', '86400', 'never']) {
      const method = await stripe.paymentMethods.create({
        type: 'card',
        card: { token: 'tok_visa' },
        metadata: { sandbox_fee_delay: delay },
      })
      await stripe.paymentIntents.create({
        amount: 1000,
        currency: 'usd',
        confirm: true,
        payment_method: method.id,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      })
    }
    const known = () => sandbox.all('charge').map((charge) => charge.balance_transaction !== null)
    expect(known()).toEqual([true, false, false, false])
    sandbox.advance(61)
    expect(known()).toEqual([true, true, false, false])
    sandbox.advance(86_400)
    expect(known()).toEqual([true, true, true, false])
    sandbox.advance(30 * 86_400)
    expect(known()).toEqual([true, true, true, false])
  })
})
