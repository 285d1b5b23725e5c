import { creditPayment, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import { sum } from '@/lib/stripe-sandbox/machine/amounts'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { Invoice, InvoicePayment, PaymentRecord } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface RecordSeed {
  amount: number
  currency: string
  customer: string | null
  email?: string | null
  at: number
  outcome: 'guaranteed' | 'failed' | 'canceled' | null
  /** What kind of payment it was, in the reporter's words. */
  method: string
  reference: string | null
  reportedBy: 'self' | 'stripe'
  description?: string | null
  metadata?: Record<string, string>
}

/** A payment that was made outside Stripe, written down. https://docs.stripe.com/payments/payment-records */
export function putRecord(world: World, seed: RecordSeed): PaymentRecord {
  const { currency } = seed
  const value = (isSo: boolean) => ({ currency, value: isSo ? seed.amount : 0 })
  const id = world.id('prec_')
  const record = {
    id,
    object: 'payment_record',
    amount: value(true),
    amount_authorized: value(seed.outcome === 'guaranteed'),
    amount_canceled: value(seed.outcome === 'canceled'),
    amount_failed: value(seed.outcome === 'failed'),
    amount_guaranteed: value(seed.outcome === 'guaranteed'),
    amount_refunded: value(false),
    amount_requested: value(true),
    application: null,
    created: seed.at,
    customer_details: seed.customer
      ? { customer: seed.customer, email: seed.email ?? null, name: null, phone: null }
      : null,
    customer_presence: null,
    description: seed.description ?? null,
    latest_payment_attempt_record: world.id('par_'),
    livemode: false,
    metadata: seed.metadata ?? {},
    payment_method_details: {
      billing_details: null,
      custom: { display_name: seed.method, type: null },
      payment_method: null,
      type: 'custom',
    },
    processor_details: { custom: { payment_reference: seed.reference }, type: 'custom' },
    reported_by: seed.reportedBy,
    shipping_details: null,
  } satisfies PaymentRecord
  return world.store.put('payment_record', record)
}

export function refundRecord(world: World, id: string, amount?: number): PaymentRecord {
  const record = world.store.need('payment_record', id)
  const left = record.amount_guaranteed.value - record.amount_refunded.value
  const size = amount ?? left
  if (size <= 0 || size > left) {
    throw invalid(`The refund must be between 1 and what is left of the payment (${left}).`, 'amount[value]')
  }
  const { currency, value } = record.amount_refunded
  return world.store.update('payment_record', id, { amount_refunded: { currency, value: value + size } })
}

/** Puts a payment outside Stripe towards an open invoice, which may have several. */
export function attachRecord(world: World, invoiceId: string, recordId: string): InvoicePayment {
  const invoice = world.store.need('invoice', invoiceId)
  const record = world.store.need('payment_record', recordId, 'payment_record')
  if (invoice.status !== 'open') throw invalid('Payments can only be attached to open invoices.', 'invoice')
  if (record.amount.currency !== invoice.currency)
    throw invalid('The payment record must have the currency of the invoice.', 'payment_record')
  const elsewhere = world.store.each('invoice_payment', { index: 'payment_record', key: recordId })
  const left = record.amount_guaranteed.value - sum([...elsewhere].map((each) => each.amount_paid ?? 0))
  if (left <= 0) throw invalid('Nothing is left of this payment record.', 'payment_record')
  return creditRecord(world, invoice, recordId, Math.min(left, invoice.amount_remaining))
}

/** Paid by other means: Stripe writes a payment record of its own. */
export function payOutOfBand(world: World, id: string): Invoice {
  const invoice = world.store.need('invoice', id)
  const record = putRecord(world, {
    amount: invoice.amount_remaining,
    currency: invoice.currency,
    customer: invoice.customer,
    at: world.at(invoice.customer),
    outcome: 'guaranteed',
    method: 'Paid out of band',
    reference: null,
    reportedBy: 'stripe',
  })
  creditRecord(world, invoice, record.id, invoice.amount_remaining)
  return world.store.need('invoice', id)
}

function creditRecord(world: World, invoice: Invoice, record: string, amount: number): InvoicePayment {
  const payment = world.store.put('invoice_payment', {
    id: world.id('inpay_'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: amount,
    created: world.at(invoice.customer),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: false,
    livemode: false,
    payment: { payment_record: record, type: 'payment_record' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  } satisfies InvoicePayment)
  const paid = creditPayment(world, payment, amount)
  tellPaid(world, invoice.id, paid, true)
  return paid
}
