import { creditPayment, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import { reviveAfterPayment } from '@/lib/stripe-sandbox/billing/subscription-status'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** The money of a PaymentIntent is there: the invoices that wait for it are credited. */
export function creditInvoicesOf(world: World, intentId: string): void {
  const intent = world.store.need('payment_intent', intentId)
  for (const payment of [
    ...world.store.each('invoice_payment', { index: 'payment_intent', key: intentId }),
  ]) {
    if (payment.status !== 'open') continue
    const amount = Math.min(payment.amount_requested, intent.amount_received)
    tellPaid(world, payment.invoice, creditPayment(world, payment, amount))
    world.unschedule(`retry:${payment.invoice}`)
    reviveAfterPayment(world, world.store.need('invoice', payment.invoice))
  }
}
