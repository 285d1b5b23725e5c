import { finalizeInvoice } from '@/lib/stripe-sandbox/billing/finalizing'
import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import { draftInvoice } from '@/lib/stripe-sandbox/billing/invoicing'
import { chargeInvoice, markPaid, methodFor, tellFailed, tellPaid } from '@/lib/stripe-sandbox/billing/paying'
import { takePending } from '@/lib/stripe-sandbox/billing/pending-items'
import { endSubscription, voidInvoice } from '@/lib/stripe-sandbox/billing/subscription-end'
import { periodOf, rhythmOf } from '@/lib/stripe-sandbox/billing/rhythms'
import { itemList, periodLines } from '@/lib/stripe-sandbox/billing/subscription-items'
import { dropOnceUsed } from '@/lib/stripe-sandbox/billing/subscription-start'
import {
  changeSubscription,
  dropDiscounts,
  reviveAfterPayment,
  scheduleSubscription,
} from '@/lib/stripe-sandbox/billing/subscription-status'
import { usageLines } from '@/lib/stripe-sandbox/billing/usage'
import { nextBoundary } from '@/lib/stripe-sandbox/machine/periods'
import type { Invoice, Subscription, Task } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const day = 86_400
/** Days after which a failed renewal is tried again; after the last the subscription ends. */
const retryAfterDays = [3, 5, 7]

/** A subscription's moment has come: it ends, its trial ends, or its next period begins. */
export function subscriptionDue(world: World, task: Task): void {
  const subscription = world.store.find('subscription', task.ref)
  if (!subscription || subscription.status === 'canceled') return
  const at = world.at(subscription.customer)
  if (subscription.cancel_at !== null && subscription.cancel_at <= at) {
    const used = usageLines(world, subscription)
    const ended = endSubscription(world, subscription.id, 'cancellation_requested')
    if (used.some((line) => line.amount > 0)) billLastUsage(world, ended, used)
    return
  }
  if (subscription.status === 'incomplete') {
    expireIncomplete(world, subscription)
    return
  }
  if (subscription.status === 'trialing' && endTrialWithoutMethod(world, subscription)) return
  renew(world, subscription)
}

/** What was used since the last invoice is billed with the end. */
function billLastUsage(world: World, subscription: Subscription, lines: LineSeed[]): void {
  const invoice = draftInvoice(world, {
    customer: subscription.customer,
    currency: subscription.currency,
    lines,
    discounts: subscription.discounts,
    reason: 'subscription_cycle',
    subscription,
    collection: subscription.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
    daysUntilDue: subscription.days_until_due,
    autoAdvance: true,
    period: periodOf(subscription),
  })
  world.store.update('subscription', subscription.id, { latest_invoice: invoice.id })
  finalizeAndCollect(world, invoice.id)
}

/** A first invoice that stays unpaid for 23 hours ends the subscription before it began. */
function expireIncomplete(world: World, subscription: Subscription): void {
  if (subscription.latest_invoice) voidInvoice(world, subscription.latest_invoice)
  changeSubscription(world, subscription.id, {
    status: 'incomplete_expired',
    ended_at: world.at(subscription.customer),
  })
}

/** Where the trial's end finds no payment method and the subscription says not to bill then. */
function endTrialWithoutMethod(world: World, subscription: Subscription): boolean {
  const behavior = subscription.trial_settings?.end_behavior.missing_payment_method
  const customer = world.store.find('customer', subscription.customer)
  const hasMethod = subscription.default_payment_method ?? customer?.invoice_settings.default_payment_method
  if (hasMethod || behavior === 'create_invoice') return false
  if (behavior === 'pause') changeSubscription(world, subscription.id, { status: 'paused' })
  else endSubscription(world, subscription.id, 'cancellation_requested')
  return true
}

function renew(world: World, before: Subscription): void {
  const start = periodOf(before).end
  const items = before.items.data.map((item) => {
    if (item.current_period_end > start) return item
    const end = nextBoundary(before.billing_cycle_anchor, rhythmOf(item.price), start)
    return { ...item, current_period_start: start, current_period_end: end }
  })
  const discounts = dropDiscounts(world, before, (id) => {
    const until = world.store.need('discount', id).end
    return until !== null && until <= start
  })
  const renewed = world.store.update('subscription', before.id, {
    discounts,
    items: itemList(before.id, items),
    ...(before.status === 'trialing' ? { status: 'active' as const } : {}),
  })
  const { result: invoice, emissions: ofInvoice } = world.hold(() =>
    draftInvoice(world, {
      customer: renewed.customer,
      currency: renewed.currency,
      lines: [
        ...takePending(world, renewed.customer, renewed.id),
        ...usageLines(world, before, start),
        ...periodLines(world, renewed, false, start),
      ],
      discounts: renewed.discounts,
      reason: 'subscription_cycle',
      subscription: renewed,
      collection: renewed.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
      daysUntilDue: renewed.days_until_due,
      autoAdvance: renewed.pause_collection === null,
      period: periodOf(before),
    }),
  )
  const after = world.store.update('subscription', before.id, { latest_invoice: invoice.id })
  world.emit('customer.subscription.updated', after, start, before)
  world.release(ofInvoice)
  scheduleSubscription(world, after)
  advance(world, after, invoice)
}

function advance(world: World, subscription: Subscription, invoice: Invoice): void {
  const paused = subscription.pause_collection?.behavior
  if (paused === 'keep_as_draft') return
  const { renewalDraftSeconds } = world.settings
  if (renewalDraftSeconds > 0) {
    const at = world.at(invoice.customer) + renewalDraftSeconds
    world.schedule({
      id: `finalize:${invoice.id}`,
      world: subscription.test_clock ?? 'wall',
      at,
      type: 'finalize',
      ref: invoice.id,
    })
    world.store.update('invoice', invoice.id, { automatically_finalizes_at: at })
    return
  }
  finalizeAndCollect(world, invoice.id)
}

/** What Stripe does by itself with an invoice whose time has come. */
export function finalizeAndCollect(world: World, id: string): void {
  if (world.store.find('invoice', id)?.status !== 'draft') return
  const invoice = finalizeInvoice(world, id)
  const subscription = world.store.find('subscription', invoice.parent?.subscription_details?.subscription)
  if (subscription) dropOnceUsed(world, subscription.id, id)
  const paused = subscription?.pause_collection?.behavior
  if (paused === 'void' || paused === 'mark_uncollectible') {
    setAside(world, invoice, paused === 'void')
    return
  }
  if (invoice.amount_remaining === 0) {
    markPaid(world, id)
    tellPaid(world, id, null)
    return
  }
  if (invoice.collection_method === 'charge_automatically') collect(world, id)
}

function setAside(world: World, before: Invoice, isVoid: boolean): void {
  const at = world.at(before.customer)
  const after = world.store.update('invoice', before.id, {
    status: isVoid ? 'void' : 'uncollectible',
    status_transitions: {
      ...before.status_transitions,
      [isVoid ? 'voided_at' : 'marked_uncollectible_at']: at,
    },
  })
  world.emit(isVoid ? 'invoice.voided' : 'invoice.marked_uncollectible', after, at)
}

/** One attempt to charge an open invoice; a failure sets the next one, and after the last the subscription ends. */
export function collect(world: World, id: string): void {
  const invoice = world.store.need('invoice', id)
  const { outcome, fault, paid } = chargeInvoice(world, id, methodFor(world, invoice))
  if (outcome === 'paid') {
    tellPaid(world, id, paid)
    reviveAfterPayment(world, world.store.need('invoice', id))
    return
  }
  if (outcome !== 'failed' || !fault) return
  const attempts = Math.max(1, world.store.need('invoice', id).attempt_count)
  const at = world.at(invoice.customer)
  const wait = retryAfterDays[attempts - 1]
  const next = wait === undefined ? null : at + wait * day
  world.store.update('invoice', id, { next_payment_attempt: next, attempt_count: attempts, attempted: true })
  tellFailed(world, id)
  const subscription = world.store.find('subscription', invoice.parent?.subscription_details?.subscription)
  if (next !== null) {
    const clock = world.clockOf(invoice.customer)
    world.schedule({ id: `retry:${id}`, world: clock ?? 'wall', at: next, type: 'retry', ref: id })
    if (subscription?.status === 'active') changeSubscription(world, subscription.id, { status: 'past_due' })
  } else if (subscription && subscription.status !== 'canceled') {
    endSubscription(world, subscription.id, 'payment_failed')
  }
}
