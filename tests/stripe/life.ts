import { read } from '@/lib/stripe/read'
import type { Stripe } from '@/lib/stripe/client'
import { moveClock, whenThere, type Account } from './account'

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
  const begunAt = Math.floor(Date.now() / 1000)
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: begunAt, name: 'Conformance' })
  // Takes its customers and their subscriptions with it.
  account.atEnd(() => stripe.testHelpers.testClocks.del(clock.id))
  const customer = await stripe.customers.create({ email: 'buyer@example.com', test_clock: clock.id })
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id })
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    discounts: [{ promotion_code: promotionCodeId }],
  })
  const first = await paidBy(account, String(subscription.latest_invoice))
  const refund = await stripe.refunds.create({ payment_intent: first.intentId, amount: 1000 })
  const periodEnd = subscription.items.data[0]?.current_period_end ?? 0
  // A renewal's invoice stays a draft for an hour: https://docs.stripe.com/billing/invoices/subscription
  await moveClock(account, clock.id, periodEnd + 2 * 3_600)
  const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id)
  const renewal = await paidBy(account, String(latest_invoice))
  return {
    begunAt,
    product,
    promotionCodeId,
    couponId,
    customerId: customer.id,
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
