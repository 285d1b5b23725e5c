import { periodOf } from '@/lib/stripe-sandbox/billing/rhythms'
import type { Invoice, Subscription } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses */
const incompleteFor = 23 * 3600

/** Puts the next moment at which something happens to a subscription on its clock. */
export function scheduleSubscription(world: World, subscription: Subscription): void {
  const { end } = periodOf(subscription)
  const whenRunning = subscription.cancel_at === null ? end : Math.min(end, subscription.cancel_at)
  const at = subscription.status === 'incomplete' ? subscription.created + incompleteFor : whenRunning
  const clock = subscription.test_clock
  world.schedule({
    id: `sub:${subscription.id}`,
    world: clock ?? 'wall',
    at,
    type: 'subscription',
    ref: subscription.id,
  })
}

/** Changes a subscription and says so. */
export function changeSubscription(world: World, id: string, change: Partial<Subscription>): Subscription {
  const before = world.store.need('subscription', id)
  const after = world.store.update('subscription', id, change)
  world.emit('customer.subscription.updated', after, world.at(after.customer), before)
  return after
}

/** A paid invoice revives the subscription that waited for it. */
export function reviveAfterPayment(world: World, invoice: Invoice): void {
  const subscription = world.store.find('subscription', invoice.parent?.subscription_details?.subscription)
  if (!subscription || subscription.latest_invoice !== invoice.id) return
  if (['incomplete', 'past_due', 'unpaid'].includes(subscription.status)) {
    scheduleSubscription(world, changeSubscription(world, subscription.id, { status: 'active' }))
  }
}

/** A discount that is used up or has run out leaves the subscription; the discount itself stays known. */
export function dropDiscounts(
  world: World,
  subscription: Subscription,
  isOver: (discount: string) => boolean,
): string[] {
  const gone = subscription.discounts.filter(isOver)
  for (const id of gone) {
    const discount = world.store.need('discount', id)
    world.emit('customer.discount.deleted', discount, world.at(subscription.customer))
  }
  return subscription.discounts.filter((id) => !gone.includes(id))
}
