import 'server-only'
import { env } from '@/lib/env'
import { stripeClient, type Stripe } from '@/lib/stripe/client'

export interface ShopPurchase {
  paymentId: string
  customerId: string
  email: string
  planName: string
  amountMinor: bigint
  refundedMinor: bigint
  currency: string
  paidAt: Date
  subscriptionId: string
  subscriptionStatus: Stripe.Subscription.Status
}

/** The latest payments for subscriptions, first ones and renewals, the newest first. At most 100. */
export async function listPurchases(limit: number): Promise<ShopPurchase[]> {
  if (env().booksMode !== 'sandbox') return []
  const stripe = stripeClient()
  const { data } = await stripe.invoicePayments.list({
    status: 'paid',
    limit: Math.min(Math.max(limit, 1), 100),
    expand: ['data.invoice', 'data.payment.payment_intent.latest_charge'],
  })
  const subscriptionOf = new Map<string, Promise<Stripe.Subscription>>()
  const found = await Promise.all(data.map((payment) => purchaseOf(stripe, payment, subscriptionOf)))
  return found.filter((purchase) => purchase !== null)
}

async function purchaseOf(
  stripe: Stripe,
  { invoice, payment }: Stripe.InvoicePayment,
  known: Map<string, Promise<Stripe.Subscription>>,
): Promise<ShopPurchase | null> {
  const intent = payment.payment_intent
  if (typeof invoice === 'string' || invoice.deleted || typeof intent !== 'object') return null
  const charge = intent.latest_charge
  const subscriptionId = idOf(invoice.parent?.subscription_details?.subscription)
  const customerId = idOf(invoice.customer)
  if (typeof charge !== 'object' || charge === null || !subscriptionId || !customerId) return null
  const asked = known.get(subscriptionId) ?? stripe.subscriptions.retrieve(subscriptionId)
  known.set(subscriptionId, asked)
  const subscription = await asked
  return {
    paymentId: intent.id,
    customerId,
    email: invoice.customer_email ?? '',
    planName: planNameOf(subscription),
    amountMinor: BigInt(charge.amount),
    refundedMinor: BigInt(charge.amount_refunded),
    currency: charge.currency,
    paidAt: new Date(charge.created * 1000),
    subscriptionId,
    subscriptionStatus: subscription.status,
  }
}

function planNameOf({ items }: Stripe.Subscription): string {
  const price = items.data[0]?.price
  const rhythm = price?.recurring?.interval === 'year' ? 'annual' : 'monthly'
  return price ? `${price.nickname ?? price.id}, ${rhythm}` : ''
}

function idOf(reference: string | { id: string } | null | undefined): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id
}
