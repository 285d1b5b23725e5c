import { moveBalance } from '@/lib/stripe-sandbox/billing/customers'
import { assertDraft } from '@/lib/stripe-sandbox/billing/invoicing'
import { createIntent } from '@/lib/stripe-sandbox/billing/payments'
import { minimumCharge } from '@/lib/stripe-sandbox/machine/amounts'
import type { Invoice, InvoicePayment, PaymentIntent } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/**
 * Closes a draft: it gets its number, the customer's balance is applied, and a payment is opened for what is due.
 * Too little to charge goes to the balance as a debt. https://docs.stripe.com/billing/customer/balance
 */
export function finalizeInvoice(world: World, id: string): Invoice {
  const draft = world.store.need('invoice', id)
  assertDraft(draft)
  const customer = world.store.need('customer', draft.customer ?? '')
  const at = world.at(customer.id)
  const start = customer.balance
  const due = dueAfterBalance(draft.total, start)
  const isTooSmall = due > 0 && due < minimumCharge(draft.currency)
  const charged = isTooSmall ? 0 : due
  const ending = start + draft.total - charged
  const sequence = customer.next_invoice_sequence ?? 1
  world.store.update('customer', customer.id, {
    next_invoice_sequence: sequence + 1,
    currency: customer.currency ?? draft.currency,
  })
  if (ending !== start) {
    moveBalance(world, customer.id, {
      amount: ending - start,
      currency: draft.currency,
      type: isTooSmall ? 'invoice_too_small' : 'applied_to_invoice',
      invoice: id,
    })
  }
  const open = world.store.update('invoice', id, {
    amount_due: charged,
    amount_remaining: charged,
    effective_at: at,
    ending_balance: ending,
    hosted_invoice_url: `https://invoice.stripe.com/i/${id}`,
    invoice_pdf: `https://pay.stripe.com/invoice/${id}/pdf`,
    number: `${customer.invoice_prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`,
    starting_balance: start,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: at },
  })
  world.store.delete('sandbox.extra', id)
  world.unschedule(`finalize:${id}`)
  if (charged > 0 && draft.collection_method === 'charge_automatically') openPayment(world, open)
  world.emit('invoice.finalized', open, at)
  return open
}

/** Credit (a negative balance) pays, a debt is collected along; a negative total becomes credit. */
function dueAfterBalance(total: number, balance: number): number {
  return Math.max(0, total + balance)
}

const descriptions: Record<string, string> = {
  subscription_create: 'Subscription creation',
  subscription_update: 'Subscription update',
  subscription_cycle: 'Subscription update',
}

/** The PaymentIntent by which an invoice is paid unless something else is said. */
export function openPayment(
  world: World,
  invoice: Invoice,
): { intent: PaymentIntent; payment: InvoicePayment } {
  for (const payment of world.store.each('invoice_payment', { index: 'invoice', key: invoice.id })) {
    const intent = world.store.find('payment_intent', payment.payment.payment_intent)
    if (!payment.is_default || payment.status !== 'open' || !intent) continue
    if (intent.amount === invoice.amount_remaining) return { intent, payment }
    // Something else has paid a part in the meantime.
    return {
      intent: world.store.update('payment_intent', intent.id, { amount: invoice.amount_remaining }),
      payment: world.store.update('invoice_payment', payment.id, {
        amount_requested: invoice.amount_remaining,
      }),
    }
  }
  const intent = createIntent(world, {
    customer: invoice.customer,
    amount: invoice.amount_remaining,
    currency: invoice.currency,
    description: descriptions[invoice.billing_reason ?? ''] ?? `Payment for Invoice`,
    metadata: {},
    method: null,
    setupFutureUsage: invoice.parent ? 'off_session' : null,
    orderReference: invoice.id,
  })
  const payment = world.store.put('invoice_payment', {
    id: world.id('inpay_'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: world.at(invoice.customer),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  } satisfies InvoicePayment)
  return { intent, payment }
}
