import { read } from '@/lib/stripe/read'
import type { Stripe } from '@/lib/stripe/client'
import { moveClock, settle, whenThere, type Account } from './account'

/** A subscription of $29 a month with the affiliate's code, renewed once; of its first payment $10 were given back. */
export interface Life {
  begunAt: number
  product: Stripe.Product
  promotionCodeId: string
  couponId: string
  customerId: string
  subscriptionId: string
  first: Paid
  renewal: Paid
  refund: Stripe.Refund
}

/** Ids of an invoice and of what paid it. */
export interface Paid {
  invoiceId: string
  intentId: string
  chargeId: string
}

export async function live(account: Account): Promise<Life> {
  const { stripe } = account
  const { promotionCodeId, couponId } = await codeOf(account)
  const product = await stripe.products.create({ name: 'Conformance' })
  account.atEnd(() => stripe.products.update(product.id, { active: false }))
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 2900,
    recurring: { interval: 'month' },
  })
  const { customer, clock, begunAt } = await settle(account, 'Conformance')
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    discounts: [{ promotion_code: promotionCodeId }],
  })
  const first = await paidBy(account, String(subscription.latest_invoice))
  const refund = await stripe.refunds.create({ payment_intent: first.intentId, amount: 1000 })
  const periodEnd = subscription.items.data[0]?.current_period_end ?? 0
  // A renewal's invoice stays a draft for an hour: https://docs.stripe.com/billing/invoices/subscription
  await moveClock(account, clock, periodEnd + 2 * 3_600)
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id)
  const renewal = await paidBy(account, String(latest_invoice))
  return {
    begunAt,
    product,
    promotionCodeId,
    couponId,
    customerId: customer,
    subscriptionId: subscription.id,
    first,
    renewal,
    refund,
  }
}

async function codeOf(account: Account): Promise<{ promotionCodeId: string; couponId: string }> {
  const { stripe, code } = account
  const [found] = (await stripe.promotionCodes.list({ code })).data
  const couponId = found?.promotion.coupon
  if (!found || typeof couponId !== 'string') throw new Error(`Stripe has no code ${code} on a coupon`)
  account.atEnd(() => stripe.coupons.del(couponId))
  account.atEnd(() => stripe.promotionCodes.update(found.id, { active: false }))
  return { promotionCodeId: found.id, couponId }
}

/** What paid an invoice, once its fee is known too. */
async function paidBy(account: Account, invoiceId: string): Promise<Paid> {
  const { stripe } = account
  return whenThere(account, async () => {
    const [payment] = (await stripe.invoicePayments.list({ invoice: invoiceId, status: 'paid' })).data
    const intentId = payment?.payment.payment_intent
    if (typeof intentId !== 'string') return null
    const { latest_charge: chargeId } = await stripe.paymentIntents.retrieve(intentId)
    if (typeof chargeId !== 'string') return null
    const { balance_transaction } = await read.charge(stripe, chargeId)
    return balance_transaction === null ? null : { invoiceId, intentId, chargeId }
  })
}
