import { couponOf, redeem, type DiscountAsk } from '@/lib/stripe-sandbox/billing/discounts'
import { finalizeInvoice } from '@/lib/stripe-sandbox/billing/finalizing'
import { draftInvoice } from '@/lib/stripe-sandbox/billing/invoicing'
import { chargeInvoice, methodFor, tellFailed, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import {
  createItem,
  itemList,
  periodLines,
  type ItemSeed,
} from '@/lib/stripe-sandbox/billing/subscription-items'
import { assertRhythms, rhythmOf } from '@/lib/stripe-sandbox/billing/rhythms'
import { amountFor } from '@/lib/stripe-sandbox/billing/tiers'
import { dropDiscounts, scheduleSubscription } from '@/lib/stripe-sandbox/billing/subscription-status'
import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import { sum } from '@/lib/stripe-sandbox/machine/amounts'
import { invalid, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import { nextBoundary } from '@/lib/stripe-sandbox/machine/periods'
import type { Subscription, TaxRate } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface SubscriptionSeed {
  customer: string
  items: ItemSeed[]
  discounts: DiscountAsk[]
  /** For each item, in their order. */
  itemDiscounts?: DiscountAsk[][]
  metadata: Record<string, string>
  description: string | null
  trialEnd: number | null
  defaultMethod: string | null
  taxRates: TaxRate[]
  collection: 'charge_automatically' | 'send_invoice'
  daysUntilDue: number | null
  cancelAtPeriodEnd: boolean
  cancelAt: number | null
  behavior: 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete'
  missingMethod: 'cancel' | 'create_invoice' | 'pause'
  extraLines?: LineSeed[]
}

/**
 * Starts a subscription with its first invoice. Money first, then the subscription, then its invoice: the order in which
 * Stripe tells of it.
 */
export function startSubscription(world: World, seed: SubscriptionSeed): Subscription {
  const blank = putSubscription(world, seed)
  const order = {
    currency: blank.currency,
    amount: sum(seed.items.map((it) => amountFor(world, it.price, it.quantity))),
  }
  const place = { customer: blank.customer, subscription: blank.id }
  const discounts = seed.discounts.map((ask) => redeem(world, ask, place, order).id)
  const items = blank.items.data.map((item, i) => {
    const asks = seed.itemDiscounts?.[i] ?? []
    return {
      ...item,
      discounts: asks.map((ask) => redeem(world, ask, { ...place, subscription_item: item.id }, order).id),
    }
  })
  const subscription = world.store.update('subscription', blank.id, {
    discounts,
    items: itemList(blank.id, items),
  })
  const { result: invoiceId, emissions: ofInvoice } = world.hold(() => {
    const draft = draftInvoice(world, {
      customer: subscription.customer,
      currency: subscription.currency,
      lines: [
        ...periodLines(world, subscription, subscription.status === 'trialing'),
        ...(seed.extraLines ?? []),
      ],
      discounts: subscription.discounts,
      reason: 'subscription_create',
      subscription,
      collection: subscription.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
      daysUntilDue: subscription.days_until_due,
      autoAdvance: true,
      period: { start: subscription.created, end: subscription.created },
    })
    return finalizeInvoice(world, draft.id).id
  })
  world.store.update('subscription', subscription.id, { latest_invoice: invoiceId })
  const { outcome, fault, paid } = collectFirst(world, invoiceId, seed)
  if (fault && seed.behavior === 'error_if_incomplete') throw new StripeFault(fault.status, fault.body)
  if (outcome === 'failed') world.store.update('subscription', subscription.id, { status: 'incomplete' })
  dropOnceUsed(world, subscription.id, invoiceId)
  const started = world.store.need('subscription', subscription.id)
  world.emit('customer.subscription.created', started, started.created)
  for (const id of discounts)
    world.emit('customer.discount.created', world.store.need('discount', id), started.created)
  world.release(ofInvoice)
  if (outcome === 'paid') tellPaid(world, invoiceId, paid)
  if (outcome === 'failed' && fault) tellFailed(world, invoiceId)
  scheduleSubscription(world, started)
  return started
}

function collectFirst(world: World, invoiceId: string, seed: SubscriptionSeed) {
  const invoice = world.store.need('invoice', invoiceId)
  const isFree = invoice.amount_remaining === 0
  if (!isFree && seed.collection === 'send_invoice')
    return { outcome: 'processing' as const, fault: null, paid: null }
  if (!isFree && seed.behavior === 'default_incomplete')
    return { outcome: 'failed' as const, fault: null, paid: null }
  const method = methodFor(world, invoice)
  if (!isFree && !method) {
    throw invalid(
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method.',
      undefined,
      'resource_missing',
    )
  }
  return chargeInvoice(world, invoiceId, method)
}

/** A `once` discount goes with the first invoice that costs something. */
export function dropOnceUsed(world: World, id: string, invoiceId: string): void {
  const subscription = world.store.need('subscription', id)
  const used = new Set(
    world.store.need('invoice', invoiceId).total_discount_amounts?.map((each) => each.discount),
  )
  const discounts = dropDiscounts(world, subscription, (discount) => {
    return used.has(discount) && couponOf(world, world.store.need('discount', discount)).duration === 'once'
  })
  if (discounts.length < subscription.discounts.length) world.store.update('subscription', id, { discounts })
}

/** What no subscription of this sandbox has. */
const plainSubscription = {
  application: null,
  application_fee_percent: null,
  billing_cycle_anchor_config: null,
  billing_schedules: [],
  billing_thresholds: null,
  customer_account: null,
  default_source: null,
  discounts: [],
  ended_at: null,
  latest_invoice: null,
  livemode: false,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  transfer_data: null,
}

function putSubscription(world: World, seed: SubscriptionSeed): Subscription {
  const id = world.id('sub_')
  const at = world.at(seed.customer)
  const prices = seed.items.map((item) => item.price)
  assertRhythms(prices)
  const currency = prices[0]?.currency ?? 'usd'
  if (prices.some((price) => price.currency !== currency)) {
    throw invalid('All prices of a subscription must have the same currency.', 'items')
  }
  const trialEnd = seed.trialEnd !== null && seed.trialEnd > at ? seed.trialEnd : null
  const items = seed.items.map((item) => {
    const end = trialEnd ?? nextBoundary(at, rhythmOf(item.price), at)
    return createItem(world, id, item, { start: at, end }, at)
  })
  const paidUntil = Math.max(...items.map((item) => item.current_period_end))
  const cancelAt = seed.cancelAtPeriodEnd ? paidUntil : seed.cancelAt
  const subscription = {
    id,
    ...plainSubscription,
    object: 'subscription',
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trialEnd ?? at,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: at },
    cancel_at: cancelAt,
    cancel_at_period_end: seed.cancelAtPeriodEnd,
    canceled_at: cancelAt === null ? null : at,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: seed.collection,
    created: at,
    currency,
    customer: seed.customer,
    days_until_due: seed.daysUntilDue,
    default_payment_method: seed.defaultMethod,
    default_tax_rates: seed.taxRates,
    description: seed.description,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: itemList(id, items),
    metadata: seed.metadata,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    start_date: at,
    status: trialEnd === null ? 'active' : 'trialing',
    test_clock: world.clockOf(seed.customer),
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: seed.missingMethod },
    },
    trial_start: trialEnd === null ? null : at,
  } satisfies Subscription
  return world.store.put('subscription', subscription)
}
