import { invoiceNow } from '@/lib/stripe-sandbox/billing/collecting'
import { redeem, type DiscountAsk } from '@/lib/stripe-sandbox/billing/discounts'
import { creditUnused, debitPeriod, debitRemaining } from '@/lib/stripe-sandbox/billing/proration'
import { createItem, itemList, periodLines, planOf } from '@/lib/stripe-sandbox/billing/subscription-items'
import {
  assertRhythms,
  isSameRhythm,
  paidUntil,
  periodAt,
  rhythmOf,
  type Period,
} from '@/lib/stripe-sandbox/billing/rhythms'
import { amountFor } from '@/lib/stripe-sandbox/billing/tiers'
import { scheduleSubscription } from '@/lib/stripe-sandbox/billing/subscription-status'
import { sum } from '@/lib/stripe-sandbox/machine/amounts'
import { mergeMetadata, type MetadataChange } from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { nextBoundary } from '@/lib/stripe-sandbox/machine/periods'
import type { Price, Subscription, SubscriptionItem, TaxRate } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

interface ItemChange {
  id: string | undefined
  deleted: boolean
  price: Price | undefined
  quantity: number | undefined
  taxRates: TaxRate[] | undefined
  discounts: DiscountAsk[] | null | undefined
  metadata: MetadataChange | undefined
}

export interface SubscriptionChange {
  items: ItemChange[]
  cancel_at?: number | null
  cancel_at_period_end?: boolean
  cancellation_details?: { comment?: string | null; feedback?: string | null }
  collection_method?: 'charge_automatically' | 'send_invoice'
  days_until_due?: number
  description?: string | null
  discounts?: DiscountAsk[] | null
  metadata?: MetadataChange
  pause_collection?: { behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void'; resumes_at?: number } | null
  proration_behavior?: 'always_invoice' | 'create_prorations' | 'none'
  trial_end?: number | 'now'
  taxRates?: TaxRate[]
  defaultMethod?: string
}

/**
 * Changes a subscription. Items of the same rhythm are prorated onto the next invoice (or one at once); a new rhythm
 * begins a new period now and is invoiced now. https://docs.stripe.com/billing/subscriptions/prorations
 */
export function updateSubscription(world: World, id: string, change: SubscriptionChange): Subscription {
  const before = world.store.need('subscription', id)
  if (before.status === 'canceled' || before.status === 'incomplete_expired') {
    throw invalid(
      'A canceled subscription can only update its cancellation_details and metadata.',
      undefined,
      'invalid_canceled_subscription_fields',
    )
  }
  const at = world.at(before.customer)
  const items = changedItems(world, before, change.items, at)
  const isNewRhythm = hasNewRhythm(before, items)
  const endsTrial = change.trial_end !== undefined && (change.trial_end === 'now' || change.trial_end <= at)
  const restarts =
    (isNewRhythm && before.status !== 'trialing') || (endsTrial && before.status === 'trialing')
  const trialEnd = typeof change.trial_end === 'number' && !endsTrial ? change.trial_end : null
  const billed = restarts ? restarted(items, at) : trialEnd === null ? items : endingAt(items, trialEnd)
  const billing = change.proration_behavior ?? 'create_prorations'
  const touched = change.items.length > 0 && billing !== 'none' && before.status !== 'trialing'
  if (touched) credit(world, before, billed, restarts)
  const discounts =
    change.discounts === undefined
      ? before.discounts
      : newDiscounts(world, before, change.discounts ?? [], billed)
  const after = world.store.update('subscription', id, {
    ...cancellation(before, change, at),
    ...plainChanges(before, change),
    ...trial(change, at, before),
    discounts,
    items: itemList(id, billed),
    ...(restarts
      ? { billing_cycle_anchor: at, ...(before.status === 'trialing' ? { status: 'active' as const } : {}) }
      : {}),
  })
  if (restarts && !endsTrial) for (const item of billed) debitPeriod(world, after, item)
  else if (touched) for (const item of changedOf(before, billed)) debitRemaining(world, after, item)
  world.emit('customer.subscription.updated', after, at, before)
  if (restarts || (touched && billing === 'always_invoice'))
    invoiceNow(world, after, endsTrial ? periodLines(world, after, false) : [])
  const now = world.store.need('subscription', id)
  scheduleSubscription(world, now)
  return now
}

function changedItems(
  world: World,
  before: Subscription,
  changes: ItemChange[],
  at: number,
): SubscriptionItem[] {
  let items = before.items.data
  for (const change of changes) {
    const known = items.find((item) => item.id === change.id)
    if (change.id !== undefined && !known)
      throw missingReference('subscription_item', change.id, 'items[0][id]')
    if (known && change.deleted) {
      items = items.filter((item) => item !== known)
      continue
    }
    const price = change.price ?? known?.price
    if (!price)
      throw invalid('Missing required param: items[0][price].', 'items[0][price]', 'parameter_missing')
    if (price.currency !== before.currency)
      throw invalid('The price must have the currency of the subscription.', 'items[0][price]')
    const base =
      known ??
      createItem(
        world,
        before.id,
        { price, quantity: 1, taxRates: [], discounts: [], metadata: {} },
        periodFor(before, price, at),
        at,
      )
    const next: SubscriptionItem = {
      ...base,
      price,
      plan: planOf(price),
      ...(price.recurring?.usage_type === 'metered'
        ? {}
        : { quantity: change.quantity ?? base.quantity ?? 1 }),
      tax_rates: change.taxRates ?? base.tax_rates,
      metadata: mergeMetadata(base.metadata, change.metadata),
      discounts: change.discounts
        ? change.discounts.map((ask) => itemDiscount(world, before, base.id, ask, price))
        : change.discounts === null
          ? []
          : base.discounts,
    }
    items = known ? items.map((item) => (item === known ? next : item)) : [...items, next]
  }
  if (items.length === 0) throw invalid('A subscription must have at least one item.', 'items')
  return items
}

function itemDiscount(
  world: World,
  before: Subscription,
  item: string,
  ask: DiscountAsk,
  price: Price,
): string {
  if (ask.discount !== undefined) return world.store.need('discount', ask.discount).id
  const place = { customer: before.customer, subscription: before.id, subscription_item: item }
  return redeem(world, ask, place, { currency: price.currency, amount: amountFor(world, price, 1) }).id
}

/** Of an item that joins: in step with those of its rhythm or with the trial, else beating from the subscription's anchor. */
function periodFor(before: Subscription, price: Price, at: number): Period {
  const isTrial = before.status === 'trialing'
  const like = before.items.data.find((item) => isTrial || isSameRhythm(item.price, price))
  if (like) return { start: like.current_period_start, end: like.current_period_end }
  return periodAt(Math.min(before.billing_cycle_anchor, at), price, at)
}

/** A kept item beats otherwise, or none of the old rhythms is left. */
function hasNewRhythm(before: Subscription, items: SubscriptionItem[]): boolean {
  assertRhythms(items.map((item) => item.price))
  const isKept = (old: SubscriptionItem) => items.some((item) => isSameRhythm(item.price, old.price))
  const isChanged = items.some((item) => {
    const old = before.items.data.find((each) => each.id === item.id)
    return old !== undefined && !isSameRhythm(old.price, item.price)
  })
  return isChanged || !before.items.data.some(isKept)
}

function restarted(items: SubscriptionItem[], at: number): SubscriptionItem[] {
  return items.map((item) => ({
    ...item,
    current_period_start: at,
    current_period_end: nextBoundary(at, rhythmOf(item.price), at),
  }))
}

const endingAt = (items: SubscriptionItem[], end: number): SubscriptionItem[] =>
  items.map((item) => ({ ...item, current_period_end: end }))

const isSameSale = (a: SubscriptionItem | undefined, b: SubscriptionItem): boolean =>
  a !== undefined && a.price.id === b.price.id && a.quantity === b.quantity

const changedOf = (before: Subscription, items: SubscriptionItem[]): SubscriptionItem[] =>
  items.filter(
    (item) =>
      !isSameSale(
        before.items.data.find((old) => old.id === item.id),
        item,
      ),
  )

function credit(world: World, before: Subscription, items: SubscriptionItem[], all: boolean): void {
  for (const old of before.items.data) {
    const next = items.find((item) => item.id === old.id)
    if (all || !next || !isSameSale(old, next)) creditUnused(world, before, old)
  }
}

function newDiscounts(
  world: World,
  before: Subscription,
  asks: DiscountAsk[],
  items: SubscriptionItem[],
): string[] {
  const order = {
    currency: before.currency,
    amount: sum(items.map((item) => amountFor(world, item.price, item.quantity ?? 1))),
  }
  const at = world.at(before.customer)
  const kept = asks.map((ask) => {
    if (ask.discount !== undefined) return world.store.need('discount', ask.discount).id
    const made = redeem(world, ask, { customer: before.customer, subscription: before.id }, order)
    world.emit('customer.discount.created', made, at)
    return made.id
  })
  for (const id of before.discounts) {
    if (!kept.includes(id)) world.emit('customer.discount.deleted', world.store.need('discount', id), at)
  }
  return kept
}

function cancellation(before: Subscription, change: SubscriptionChange, at: number): Partial<Subscription> {
  const { cancel_at_period_end: atEnd, cancel_at: cancelAt, cancellation_details: leaving } = change
  const said = {
    feedback_option: null,
    comment: null,
    feedback: null,
    reason: null,
    ...before.cancellation_details,
    ...leaving,
  }
  if (atEnd === undefined && cancelAt === undefined) return leaving ? { cancellation_details: said } : {}
  const moment = atEnd ? paidUntil(before) : (cancelAt ?? null)
  return {
    cancel_at: moment,
    cancel_at_period_end: atEnd ?? false,
    canceled_at: moment === null ? null : at,
    cancellation_details: { ...said, reason: moment === null ? null : 'cancellation_requested' },
  }
}

function plainChanges(before: Subscription, change: SubscriptionChange): Partial<Subscription> {
  const pause = change.pause_collection
  return {
    metadata: mergeMetadata(before.metadata, change.metadata),
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.collection_method === undefined ? {} : { collection_method: change.collection_method }),
    ...(change.days_until_due === undefined ? {} : { days_until_due: change.days_until_due }),
    ...(change.defaultMethod === undefined ? {} : { default_payment_method: change.defaultMethod }),
    ...(change.taxRates === undefined ? {} : { default_tax_rates: change.taxRates }),
    ...(pause === undefined
      ? {}
      : { pause_collection: pause && { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null } }),
  }
}

function trial(change: SubscriptionChange, at: number, before: Subscription): Partial<Subscription> {
  if (change.trial_end === undefined) return {}
  if (change.trial_end === 'now' || change.trial_end <= at) return { trial_end: at }
  if (before.status !== 'trialing')
    throw invalid('Only the trial of a trialing subscription can be moved here.', 'trial_end')
  return { trial_end: change.trial_end, billing_cycle_anchor: change.trial_end }
}
