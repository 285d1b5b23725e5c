import type { Sandbox } from '@/lib/stripe-sandbox/index'
import type { Kinds } from '@/lib/stripe-sandbox/machine/wire'

const kinds = [
  'customer',
  'checkout.session',
  'subscription',
  'discount',
  'coupon',
  'promotion_code',
  'invoice',
  'line_item',
  'invoice_payment',
  'payment_intent',
  'charge',
  'balance_transaction',
  'refund',
  'dispute',
  'credit_note',
  'radar.early_fraud_warning',
  'event',
] as const

/** Everything that Stripe has at the end, unexpanded. Of the events only the moments are of use. */
export type Objects = { [K in (typeof kinds)[number]]: Kinds[K][] }

export function objectsOf(sandbox: Sandbox): Objects {
  return {
    customer: sandbox.all('customer'),
    'checkout.session': sandbox.all('checkout.session'),
    subscription: sandbox.all('subscription'),
    discount: sandbox.all('discount'),
    coupon: sandbox.all('coupon'),
    promotion_code: sandbox.all('promotion_code'),
    invoice: sandbox.all('invoice'),
    line_item: sandbox.all('line_item'),
    invoice_payment: sandbox.all('invoice_payment'),
    payment_intent: sandbox.all('payment_intent'),
    charge: sandbox.all('charge'),
    balance_transaction: sandbox.all('balance_transaction'),
    refund: sandbox.all('refund'),
    dispute: sandbox.all('dispute'),
    credit_note: sandbox.all('credit_note'),
    'radar.early_fraud_warning': sandbox.all('radar.early_fraud_warning'),
    event: sandbox.events(),
  }
}
