import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { stepFrom } from '@/lib/stripe-sandbox/machine/periods'
import type { Coupon, Discount, PromotionCode } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface DiscountAsk {
  coupon?: string
  promotion_code?: string
  discount?: string
}

interface Redemption {
  customer: string | null
  currency: string
  amount: number
}

/** What a coupon may not show in an object: the products it applies to. */
export function productsOf(world: World, coupon: string): string[] | null {
  const applies = world.store.find('sandbox.extra', coupon)?.fields['applies_to']
  if (typeof applies !== 'object' || applies === null || !('products' in applies)) return null
  return Array.isArray(applies.products) ? applies.products.map(String) : null
}

/** The coupon of a discount, also when it has been deleted since. */
export function couponOf(world: World, discount: Discount): Coupon {
  const id = discount.source.coupon ?? ''
  const coupon = world.store.find('coupon', id) ?? world.store.find('sandbox.extra', id)?.fields['remains']
  // Deleting a coupon keeps its last state under `remains`; nothing else is kept there for coupons.
  return (coupon as Coupon | undefined) ?? world.store.need('coupon', id)
}

/** The active promotion code that a customer typed. */
export function findTyped(world: World, code: string): PromotionCode | null {
  const known = world.store.each('promotion_code', { index: 'code', key: code.trim().toLowerCase() })
  for (const promotion of known) if (promotion.active) return promotion
  return null
}

export function resolveAsk(
  world: World,
  ask: DiscountAsk,
  param: string,
): { coupon: Coupon; promotion: PromotionCode | null } {
  if (ask.promotion_code !== undefined) {
    const promotion = world.store.find('promotion_code', ask.promotion_code)
    if (!promotion) throw missingReference('promotion_code', ask.promotion_code, `${param}[promotion_code]`)
    const coupon = world.store.find('coupon', promotion.promotion.coupon)
    if (!coupon)
      throw missingReference('coupon', promotion.promotion.coupon ?? '', `${param}[promotion_code]`)
    return { coupon, promotion }
  }
  const coupon = world.store.find('coupon', ask.coupon)
  if (!coupon) throw missingReference('coupon', ask.coupon ?? '', `${param}[coupon]`)
  return { coupon, promotion: null }
}

/** Why a code cannot be redeemed now, or null. */
export function refusal(
  world: World,
  coupon: Coupon,
  promotion: PromotionCode | null,
  ask: Redemption,
): string | null {
  const now = world.at(ask.customer)
  if (!isValid(coupon, now)) return `Coupon ${coupon.id} is used up and cannot be applied.`
  if (
    coupon.amount_off !== null &&
    coupon.currency !== ask.currency &&
    !hasCurrency(world, coupon, ask.currency)
  ) {
    return `The coupon ${coupon.id} cannot be applied: its currency is ${coupon.currency}, not ${ask.currency}.`
  }
  if (!promotion) return null
  if (!promotion.active) return 'This promotion code is not active.'
  if (promotion.expires_at !== null && promotion.expires_at <= now) return 'This promotion code has expired.'
  if (promotion.max_redemptions !== null && promotion.times_redeemed >= promotion.max_redemptions) {
    return 'This promotion code has been redeemed the maximum number of times.'
  }
  if (promotion.customer !== null && promotion.customer !== ask.customer) {
    return 'This promotion code is not available to this customer.'
  }
  const {
    first_time_transaction: firstTime,
    minimum_amount: minimum,
    minimum_amount_currency: unit,
  } = promotion.restrictions
  if (firstTime && hasBought(world, ask.customer)) {
    return 'This promotion code cannot be redeemed because the associated customer has prior transactions.'
  }
  if (minimum !== null && (unit !== ask.currency || ask.amount < minimum)) {
    return 'This promotion code cannot be redeemed because the minimum amount has not been reached.'
  }
  return null
}

/** A zero invoice counts as a transaction too, so that a trial uses a first-time code up. */
function hasBought(world: World, customer: string | null): boolean {
  if (customer === null) return false
  for (const invoice of world.store.each('invoice', { index: 'customer', key: customer })) {
    if (invoice.status === 'paid') return true
  }
  for (const charge of world.store.each('charge', { index: 'customer', key: customer }))
    if (charge.paid) return true
  return false
}

function isValid(coupon: Coupon, now: number): boolean {
  const isOver = coupon.redeem_by !== null && coupon.redeem_by <= now
  return !isOver && (coupon.max_redemptions === null || coupon.times_redeemed < coupon.max_redemptions)
}

function hasCurrency(world: World, coupon: Coupon, currency: string): boolean {
  return amountOffIn(world, coupon, currency) !== null
}

/** What an amount coupon takes off in a currency, or null where it has none for it. */
export function amountOffIn(world: World, coupon: Coupon, currency: string): number | null {
  if (coupon.currency === currency) return coupon.amount_off
  const options = world.store.find('sandbox.extra', coupon.id)?.fields['currency_options']
  if (typeof options !== 'object' || options === null) return null
  const option: unknown = Object.entries(options).find(([key]) => key === currency)?.[1]
  const isOption = typeof option === 'object' && option !== null && 'amount_off' in option
  return isOption ? Number(option.amount_off) : null
}

interface Place {
  customer: string | null
  subscription?: string
  subscription_item?: string
  invoice?: string
  invoice_item?: string
  checkout_session?: string
}

/** Redeems a coupon or a promotion code: the discount begins now. */
export function redeem(
  world: World,
  ask: DiscountAsk,
  place: Place,
  order: { currency: string; amount: number },
): Discount {
  const { coupon, promotion } = resolveAsk(world, ask, 'discounts[0]')
  const no = refusal(world, coupon, promotion, { ...order, customer: place.customer })
  if (no !== null)
    throw invalid(no, promotion ? 'discounts[0][promotion_code]' : 'discounts[0][coupon]', 'coupon_expired')
  return startDiscount(world, coupon, promotion, place)
}

export function startDiscount(
  world: World,
  coupon: Coupon,
  promotion: PromotionCode | null,
  place: Place,
): Discount {
  const start = world.at(place.customer)
  countRedemption(world, coupon, promotion)
  const months = coupon.duration === 'repeating' ? (coupon.duration_in_months ?? 0) : null
  return world.store.put('discount', {
    id: world.id('di_'),
    object: 'discount',
    checkout_session: place.checkout_session ?? null,
    customer: place.customer,
    customer_account: null,
    end: months === null ? null : stepFrom(start, { interval: 'month', interval_count: 1 }, months),
    invoice: place.invoice ?? null,
    invoice_item: place.invoice_item ?? null,
    promotion_code: promotion?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: place.subscription ?? null,
    subscription_item: place.subscription_item ?? null,
  } satisfies Discount)
}

/** Counting a redemption is no event of its own; a code that it uses up is. */
function countRedemption(world: World, coupon: Coupon, promotion: PromotionCode | null): void {
  const times = coupon.times_redeemed + 1
  const valid = coupon.max_redemptions === null || times < coupon.max_redemptions
  const counted = world.store.update('coupon', coupon.id, { times_redeemed: times, valid })
  if (!valid) world.emit('coupon.updated', counted, world.now(null), coupon)
  if (!promotion) return
  const redeemed = promotion.times_redeemed + 1
  const isUsedUp = promotion.max_redemptions !== null && redeemed >= promotion.max_redemptions
  const active = promotion.active && !isUsedUp && valid
  const used = world.store.update('promotion_code', promotion.id, { times_redeemed: redeemed, active })
  if (!active) world.emit('promotion_code.updated', used, world.now(null), promotion)
}

/** A discount for a session that is not redeemed before the session is paid. */
export function redeemable(
  world: World,
  ask: DiscountAsk,
  param: string,
): { coupon: string | null; promotion_code: string | null } {
  const { coupon, promotion } = resolveAsk(world, ask, param)
  return promotion
    ? { coupon: null, promotion_code: promotion.id }
    : { coupon: coupon.id, promotion_code: null }
}
