import { amountOffIn, couponOf, productsOf, resolveAsk } from '@/lib/stripe-sandbox/billing/discounts'
import { amountFor } from '@/lib/stripe-sandbox/billing/tiers'
import { compute, type Reduction, type Result } from '@/lib/stripe-sandbox/billing/totals'
import { sum } from '@/lib/stripe-sandbox/machine/amounts'
import type { Session, SessionLine, SessionPlan } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export type SessionDiscount = SessionPlan['discounts'][number]

function reductionOf(world: World, { coupon, promotion_code }: SessionDiscount, currency: string): Reduction {
  const ask = promotion_code === null ? { coupon: coupon ?? '' } : { promotion_code }
  const resolved = resolveAsk(world, ask, 'discounts[0]')
  return {
    discount: promotion_code ?? coupon ?? '',
    percentOff: resolved.coupon.percent_off,
    amountOff:
      resolved.coupon.percent_off === null ? (amountOffIn(world, resolved.coupon, currency) ?? 0) : null,
    products: productsOf(world, resolved.coupon.id),
  }
}

/** What a session's lines come to with the given discounts; a trial's first period costs nothing. */
export function sessionResult(
  world: World,
  plan: SessionPlan,
  discounts: SessionDiscount[],
  hasTrial: boolean,
): Result {
  const currency = plan.lines[0]?.price.currency ?? 'usd'
  const isFinished = world.store.find('checkout.session', plan.id)?.status === 'complete'
  const reductions = isFinished ? pastReductions(world, plan, currency) : null
  return compute(
    plan.lines.map(({ price, quantity, taxRates }) => ({
      amount: hasTrial && price.recurring ? 0 : amountFor(world, price, quantity),
      product: price.product,
      discountable: true,
      reductions: [],
      taxRates,
    })),
    reductions ?? discounts.map((each) => reductionOf(world, each, currency)),
  )
}

/** A finished session is worked out from its discounts themselves: their coupon may be gone by now. */
function pastReductions(world: World, plan: SessionPlan, currency: string): Reduction[] {
  const ids = world.store.find('sandbox.extra', plan.id)?.fields['discounts']
  return (Array.isArray(ids) ? ids : []).map((id) => {
    const coupon = couponOf(world, world.store.need('discount', String(id)))
    return {
      discount: String(id),
      percentOff: coupon.percent_off,
      amountOff: coupon.percent_off === null ? (amountOffIn(world, coupon, currency) ?? 0) : null,
      products: productsOf(world, coupon.id),
    }
  })
}

export function sessionAmounts(
  result: Result,
): Pick<Session, 'amount_subtotal' | 'amount_total' | 'total_details'> {
  return {
    amount_subtotal: result.subtotal,
    amount_total: result.total,
    total_details: {
      amount_discount: sum(result.discountAmounts.map((each) => each.amount)),
      amount_shipping: 0,
      amount_tax: sum(result.taxes.map((each) => each.amount)),
    },
  }
}

export function sessionLines(world: World, plan: SessionPlan, result: Result): SessionLine[] {
  return plan.lines.map(({ price, quantity }, i) => {
    const line = result.lines[i]
    const subtotal = amountFor(world, price, quantity)
    const discount = sum((line?.discounts ?? []).map((each) => each.amount))
    const added = sum((line?.taxes ?? []).filter((tax) => !tax.rate.inclusive).map((tax) => tax.amount))
    return {
      id: `li_${plan.id.slice(-20)}${String(i).padStart(4, '0')}`,
      object: 'item',
      adjustable_quantity: null,
      amount_discount: discount,
      amount_subtotal: subtotal,
      amount_tax: sum((line?.taxes ?? []).map((tax) => tax.amount)),
      amount_total: subtotal - discount + added,
      currency: price.currency,
      description: world.store.find('product', price.product)?.name ?? null,
      metadata: {},
      price,
      quantity,
    } satisfies SessionLine
  })
}
