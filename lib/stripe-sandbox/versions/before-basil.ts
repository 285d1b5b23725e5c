import { planOf } from '@/lib/stripe-sandbox/billing/subscription-items'
import { sum } from '@/lib/stripe-sandbox/machine/amounts'
import type {
  Charge,
  CreditNote,
  Invoice,
  InvoiceLine,
  InvoicePayment,
  PaymentIntent,
  Subscription,
} from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { withLines, type Fields } from '@/lib/stripe-sandbox/versions/fields'

/** Before 2025-03-31 an invoice had one payment and named it, and a payment named its invoice. */
export function beforeBasil(world: World, object: Fields): Fields {
  // An event's object is of the kind that it names, as the newer steps left it.
  switch (object['object']) {
    case 'invoice':
      return oldInvoice(world, object as unknown as Invoice)
    case 'charge':
      return { ...object, invoice: invoiceOf(world, (object as unknown as Charge).payment_intent) }
    case 'payment_intent':
      return { ...object, invoice: invoiceOf(world, (object as unknown as PaymentIntent).id) }
    case 'subscription':
      return oldSubscription(world, object as unknown as Subscription)
    case 'credit_note': {
      const [refund] = (object as unknown as CreditNote).refunds
      return { ...object, refund: refund?.refund ?? null }
    }
    default:
      return object
  }
}

function invoiceOf(world: World, intent: string | null): string | null {
  if (intent === null) return null
  const { value } = world.store.each('invoice_payment', { index: 'payment_intent', key: intent }).next()
  return value?.invoice ?? null
}

/** Discounts were whole on what they belong to; the last was repeated as the only one. */
function wholeDiscount(world: World, id: string | undefined): Fields | null {
  const discount = world.store.find('discount', id)
  if (!discount) return null
  const { source, ...rest } = discount
  return { ...rest, coupon: world.store.find('coupon', source.coupon) ?? source.coupon }
}

function oldInvoice(world: World, invoice: Invoice): Fields {
  const payments = [...world.store.each('invoice_payment', { index: 'invoice', key: invoice.id })]
  const intent = payments.find(({ payment }) => payment.type === 'payment_intent')?.payment.payment_intent
  const subscription = invoice.parent?.subscription_details ?? null
  const taxes = invoice.total_taxes ?? []
  const old = {
    ...invoice,
    application_fee_amount: null,
    charge: world.store.find('payment_intent', intent)?.latest_charge ?? null,
    discount: wholeDiscount(world, invoice.discounts.at(-1)),
    paid: invoice.status === 'paid',
    paid_out_of_band: invoice.status === 'paid' && isOutOfBand(payments),
    payment_intent: intent ?? null,
    quote: null,
    subscription: subscription?.subscription ?? null,
    subscription_details: { metadata: subscription?.metadata ?? null },
    tax: taxes.length === 0 ? null : sum(taxes.map((tax) => tax.amount)),
    total_tax_amounts: taxes.map(oldTax),
    transfer_data: null,
    // What was paid outside Stripe did not count as paid.
    amount_paid: isOutOfBand(payments) ? 0 : invoice.amount_paid,
  }
  return withLines(old, (line) => oldLine(world, line as unknown as InvoiceLine)) // lines of an invoice
}

const isOutOfBand = (payments: InvoicePayment[]) =>
  payments.some(({ payment, status }) => payment.type === 'payment_record' && status === 'paid')

type Tax = NonNullable<Invoice['total_taxes']>[number]
const oldTax = ({ amount, tax_behavior: behavior, tax_rate_details: rate, ...tax }: Tax) => ({
  amount,
  inclusive: behavior === 'inclusive',
  tax_rate: rate?.tax_rate ?? null,
  taxability_reason: tax.taxability_reason,
  taxable_amount: tax.taxable_amount,
})

function oldLine(world: World, line: InvoiceLine): Fields {
  const details = line.parent?.subscription_item_details ?? line.parent?.invoice_item_details ?? null
  const price = world.store.find('price', line.pricing?.price_details?.price) ?? null
  const taxes = line.taxes ?? []
  const discounted = line.amount - sum((line.discount_amounts ?? []).map((each) => each.amount))
  const included = sum(taxes.filter((tax) => tax.tax_behavior === 'inclusive').map((tax) => tax.amount))
  return {
    ...line,
    amount_excluding_tax: discounted - included,
    ...(details?.invoice_item ? { invoice_item: details.invoice_item } : {}),
    plan: price?.recurring ? planOf(price) : null,
    price,
    proration: details?.proration ?? false,
    proration_details: details?.proration_details ?? { credited_items: null },
    subscription: details?.subscription ?? null,
    ...(details && 'subscription_item' in details ? { subscription_item: details.subscription_item } : {}),
    tax_amounts: taxes.map(oldTax),
    tax_rates: [],
    type: line.parent?.subscription_item_details ? 'subscription' : 'invoiceitem',
    unit_amount_excluding_tax: line.pricing?.unit_amount_decimal ?? null,
  }
}

/** The period was the subscription's, not its items'. */
function oldSubscription(world: World, subscription: Subscription): Fields {
  const [first] = subscription.items.data
  return {
    ...subscription,
    current_period_end: first?.current_period_end ?? null,
    current_period_start: first?.current_period_start ?? null,
    discount: wholeDiscount(world, subscription.discounts.at(-1)),
  }
}
