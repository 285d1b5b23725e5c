import { openPayment } from '@/lib/stripe-sandbox/billing/finalizing'
import { confirmIntent } from '@/lib/stripe-sandbox/billing/payments'
import { invalid, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import type { Invoice, InvoicePayment, PaymentMethod } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** The payment method that an invoice is charged to by itself, or null. */
export function methodFor(world: World, invoice: Invoice): PaymentMethod | null {
  const subscription = world.store.find('subscription', invoice.parent?.subscription_details?.subscription)
  const customer = world.store.find('customer', invoice.customer)
  const id =
    invoice.default_payment_method ??
    subscription?.default_payment_method ??
    customer?.invoice_settings.default_payment_method
  return world.store.find('payment_method', id) ?? null
}

export type PayOutcome = 'paid' | 'processing' | 'failed'

/** Settles what has nothing left to pay; a zero invoice is paid without any payment. */
export function markPaid(world: World, id: string): Invoice {
  const before = world.store.need('invoice', id)
  const at = world.at(before.customer)
  return world.store.update('invoice', id, {
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...before.status_transitions, paid_at: at },
  })
}

/** Charges what remains. A decline is recorded on the invoice and answered as 'failed' with its fault. */
export function chargeInvoice(
  world: World,
  id: string,
  method: PaymentMethod | null,
): { outcome: PayOutcome; fault: StripeFault | null; paid: InvoicePayment | null } {
  const invoice = world.store.need('invoice', id)
  if (invoice.amount_remaining === 0) {
    markPaid(world, id)
    return { outcome: 'paid', fault: null, paid: null }
  }
  if (!method) return { outcome: 'failed', fault: noMethod(), paid: null }
  const { intent, payment } = openPayment(world, invoice)
  try {
    const after = confirmIntent(world, intent, method)
    world.store.update('invoice', id, { attempt_count: invoice.attempt_count + 1, attempted: true })
    if (after.status === 'processing') return { outcome: 'processing', fault: null, paid: null }
    return { outcome: 'paid', fault: null, paid: creditPayment(world, payment, after.amount_received) }
  } catch (error) {
    if (!(error instanceof StripeFault) || !error.kept) throw error
    world.store.update('invoice', id, { attempt_count: invoice.attempt_count + 1, attempted: true })
    return { outcome: 'failed', fault: error, paid: null }
  }
}

/** Counts a payment that has come in towards its invoice. */
export function creditPayment(world: World, payment: InvoicePayment, amount: number): InvoicePayment {
  const invoice = world.store.need('invoice', payment.invoice)
  const at = world.at(invoice.customer)
  const counted = Math.min(amount, invoice.amount_remaining)
  const paid = world.store.update('invoice_payment', payment.id, {
    amount_paid: amount,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: at },
  })
  world.store.update('invoice', invoice.id, {
    amount_paid: invoice.amount_paid + counted,
    amount_overpaid: invoice.amount_overpaid + amount - counted,
    amount_remaining: invoice.amount_remaining - counted,
    ...(payment.payment.type === 'payment_record'
      ? { amount_paid_off_stripe: offStripe(invoice) + counted }
      : {}),
  })
  if (invoice.amount_remaining === counted) {
    markPaid(world, invoice.id)
    for (const other of [...world.store.each('invoice_payment', { index: 'invoice', key: invoice.id })]) {
      if (other.status === 'open') cancelPayment(world, other)
    }
  }
  return paid
}

const offStripe = (invoice: Invoice): number => invoice.amount_paid_off_stripe ?? 0

/** Says what happened to an invoice, in Stripe's order. */
export function tellPaid(
  world: World,
  id: string,
  payment: InvoicePayment | null,
  isOutOfBand = false,
): void {
  const invoice = world.store.need('invoice', id)
  const at = world.at(invoice.customer)
  if (invoice.status === 'paid') {
    world.emit('invoice.paid', invoice, at)
    if (!isOutOfBand) world.emit('invoice.payment_succeeded', invoice, at)
  }
  if (payment) world.emit('invoice_payment.paid', payment, at)
}

export function tellFailed(world: World, id: string): void {
  const invoice = world.store.need('invoice', id)
  world.emit('invoice.payment_failed', invoice, world.at(invoice.customer))
}

/** Puts what is left of a PaymentIntent towards an invoice, when its money is there; each may have several of the other. */
export function attachIntent(world: World, invoiceId: string, intentId: string): InvoicePayment {
  const invoice = world.store.need('invoice', invoiceId)
  const intent = world.store.need('payment_intent', intentId, 'payment_intent')
  if (invoice.status !== 'open') throw invalid('Payments can only be attached to open invoices.', 'invoice')
  if (intent.customer !== invoice.customer || intent.currency !== invoice.currency) {
    throw invalid(
      'The PaymentIntent must have the customer and the currency of the invoice.',
      'payment_intent',
    )
  }
  const elsewhere = [...world.store.each('invoice_payment', { index: 'payment_intent', key: intentId })]
    .filter((each) => each.status !== 'canceled')
    .reduce((sum, each) => sum + each.amount_requested, 0)
  const amount = Math.min(intent.amount - elsewhere, invoice.amount_remaining)
  const payment = world.store.put('invoice_payment', {
    id: world.id('inpay_'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: amount,
    created: world.at(invoice.customer),
    currency: invoice.currency,
    invoice: invoiceId,
    is_default: false,
    livemode: false,
    payment: { payment_intent: intentId, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  } satisfies InvoicePayment)
  if (intent.status !== 'succeeded') return payment
  const paid = creditPayment(world, payment, amount)
  tellPaid(world, invoiceId, paid)
  return paid
}

export function cancelPayment(world: World, payment: InvoicePayment): void {
  const at = world.at(world.store.need('invoice', payment.invoice).customer)
  world.store.update('invoice_payment', payment.id, {
    status: 'canceled',
    status_transitions: { canceled_at: at, paid_at: null },
  })
  const intent = world.store.find('payment_intent', payment.payment.payment_intent)
  if (!intent || intent.status === 'succeeded') return
  const canceled = world.store.update('payment_intent', intent.id, {
    status: 'canceled',
    canceled_at: at,
    cancellation_reason: 'automatic',
  })
  world.emit('payment_intent.canceled', canceled, at)
}

const noMethod = () =>
  new StripeFault(
    402,
    {
      ...invalid(
        'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
      ).body,
      code: 'resource_missing',
    },
    true,
  )
