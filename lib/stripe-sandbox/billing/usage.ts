import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import { itemParent, priceWords, taxesFor } from '@/lib/stripe-sandbox/billing/subscription-items'
import { partsOf } from '@/lib/stripe-sandbox/billing/tiers'
import type { Subscription } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** What a customer used of a meter from `start` until before `end`, as the meter adds it up. */
export function usageOf(
  world: World,
  meterId: string,
  customer: string,
  { start, end }: { start: number; end: number },
): number {
  const meter = world.store.need('billing.meter', meterId)
  const key = `${meter.event_name} ${customer}`
  const values = [...world.store.each('sandbox.usage', { index: 'of', key })]
    .filter((it) => it.created >= start && it.created < end)
    .map((it) => it.value)
  if (meter.default_aggregation.formula === 'count') return values.length
  if (meter.default_aggregation.formula === 'last') return values.at(-1) ?? 0
  return values.reduce((total, value) => total + value, 0)
}

/**
 * The lines that bill what was used so far in the periods that a subscription's items have now, of all or of those that end by a moment;
 * nothing is billed in a trial.
 */
export function usageLines(world: World, subscription: Subscription, endBy?: number): LineSeed[] {
  if (subscription.status === 'trialing') return []
  const now = world.at(subscription.customer)
  return subscription.items.data.flatMap((item) => {
    const meter = item.price.recurring?.meter
    const { current_period_start: start, current_period_end: end } = item
    if (!meter || (endBy !== undefined && end > endBy)) return []
    const used = usageOf(world, meter, subscription.customer, { start, end })
    const words = priceWords(world, item.price)
    return partsOf(world, item.price, used).map((part): LineSeed => ({
      id: world.id('il_'),
      amount: part.amount,
      description: `${part.quantity} × ${part.words ? words.replace(/\(at .*$/, `(${part.words})`) : words}`,
      quantity: part.quantity,
      period: { start, end: Math.min(end, now) },
      price: item.price,
      unitAmount: part.unitAmount,
      parent: itemParent(item, null),
      subscription: null,
      discountable: true,
      discounts: item.discounts,
      taxRates: taxesFor(subscription, item),
      metadata: subscription.metadata,
    }))
  })
}
