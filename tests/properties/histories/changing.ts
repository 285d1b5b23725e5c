import type { Subscription } from '@/lib/stripe-sandbox/machine/wire'
import type { ActionOf } from './action'
import { currencyOf, customerOf, offerOf, pick, priceOf, wordsFor, type Life } from './life'

const living = (life: Life, number: number): Subscription | undefined =>
  pick(
    life.sandbox.all('subscription').filter((each) => each.status !== 'canceled'),
    number,
  )

export async function changePlan(life: Life, action: ActionOf<'changePlan'>): Promise<void> {
  const subscription = living(life, action.subscription)
  const item = subscription?.items.data[0]
  if (!subscription || !item) return
  await life.stripe.subscriptions.update(subscription.id, {
    items: [
      {
        id: item.id,
        price: priceOf(life, currencyOf(life, subscription.customer), action.plan),
        quantity: action.quantity,
      },
    ],
    proration_behavior: action.billing,
  })
}

export async function cancel(life: Life, action: ActionOf<'cancel'>): Promise<void> {
  const id = living(life, action.subscription)?.id
  if (id === undefined) return
  if (action.how === 'atEnd' || action.how === 'notAtEnd') {
    await life.stripe.subscriptions.update(id, { cancel_at_period_end: action.how === 'atEnd' })
    return
  }
  const prorate = action.how === 'nowProrated'
  await life.stripe.subscriptions.cancel(id, { prorate, invoice_now: prorate })
}

/** Another subscription in the place of one, before its end or after it. */
export async function replace(life: Life, action: ActionOf<'replace'>): Promise<void> {
  const old = living(life, action.subscription)
  if (!old) return
  const end = () => life.stripe.subscriptions.cancel(old.id)
  const begin = () =>
    life.stripe.subscriptions.create({
      customer: old.customer,
      items: [{ price: priceOf(life, currencyOf(life, old.customer), action.plan) }],
      discounts: offerOf(life, action.code).asks,
      default_payment_method: old.default_payment_method ?? 'pm_card_visa',
    })
  await (action.first ? begin() : end())
  life.sandbox.advance(action.afterHours * 3600)
  await (action.first ? end() : begin())
}

export async function pause(life: Life, action: ActionOf<'pause'>): Promise<void> {
  const id = living(life, action.subscription)?.id
  if (id === undefined) return
  const { behavior } = action
  await life.stripe.subscriptions.update(id, {
    pause_collection: behavior === 'resume' ? '' : { behavior },
  })
}

export async function addCode(life: Life, action: ActionOf<'addCode'>): Promise<void> {
  const subscription = living(life, action.subscription)
  if (!subscription) return
  if (action.on === 'item') {
    const [item] = subscription.items.data
    const { asks } = offerOf(life, action.code)
    await life.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item?.id ?? '', discounts: asks.length > 0 ? asks : '' }],
    })
    return
  }
  const kept = action.keeps ? subscription.discounts.map((discount) => ({ discount })) : []
  const discounts = [...kept, ...offerOf(life, action.code).asks]
  await life.stripe.subscriptions.update(subscription.id, {
    discounts: discounts.length > 0 ? discounts : '',
  })
}

export async function endTrial(life: Life, action: ActionOf<'endTrial'>): Promise<void> {
  const trials = life.sandbox.all('subscription').filter((each) => each.status === 'trialing')
  const id = pick(trials, action.subscription)?.id
  if (id !== undefined) await life.stripe.subscriptions.update(id, { trial_end: 'now' })
}

/** From now on the card is refused, or works again. */
export async function failCard(life: Life, action: ActionOf<'failCard'>): Promise<void> {
  const id = living(life, action.subscription)?.id
  const default_payment_method = action.works ? 'pm_card_visa' : 'pm_card_chargeCustomerFail'
  if (id !== undefined) await life.stripe.subscriptions.update(id, { default_payment_method })
}

export async function credit(life: Life, action: ActionOf<'credit'>): Promise<void> {
  const customer = customerOf(life, action.customer)
  if (!customer || action.amount === 0) return
  const { id, currency } = customer
  await life.stripe.customers.createBalanceTransaction(id, { amount: action.amount, currency })
}

export async function retireCode(life: Life, action: ActionOf<'retireCode'>): Promise<void> {
  const { stripe } = life
  const affiliate = pick(life.affiliates, action.affiliate)
  if (!affiliate) return
  const { promotionCodeId, couponId, code } = affiliate
  if (action.how === 'deleteCoupon') await stripe.coupons.del(couponId)
  else await stripe.promotionCodes.update(promotionCodeId, { active: action.how === 'reactivate' })
  if (action.how !== 'sameText') return
  // Somebody writes the code anew by hand, on a coupon that knows nothing of the affiliate.
  const again = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: life.shop.houseCoupon },
    code: code.toLowerCase(),
  })
  life.shop.offers.push({ text: code, asks: [{ promotion_code: again.id }] })
}

export async function nameAffiliate(life: Life, action: ActionOf<'nameAffiliate'>): Promise<void> {
  const affiliate = pick(life.affiliates, action.named)
  if (!affiliate) return
  const metadata = wordsFor(affiliate, action.named)
  const { stripe } = life
  if (action.on === 'subscription') {
    const id = living(life, action.index)?.id
    if (id !== undefined) await stripe.subscriptions.update(id, { metadata })
    return
  }
  const customer = customerOf(life, action.index)
  if (customer) await stripe.customers.update(customer.id, { metadata })
}

export async function forgetCustomer(life: Life, action: ActionOf<'forgetCustomer'>): Promise<void> {
  const customer = customerOf(life, action.customer)
  if (!customer) return
  life.customers = life.customers.filter((each) => each !== customer)
  await life.stripe.customers.del(customer.id)
}
