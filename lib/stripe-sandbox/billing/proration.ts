import { priceWords, taxesFor } from '@/lib/stripe-sandbox/billing/subscription-items'
import { amountFor } from '@/lib/stripe-sandbox/billing/tiers'
import { scale, sum } from '@/lib/stripe-sandbox/machine/amounts'
import type {
  InvoiceItem,
  InvoiceLine,
  Price,
  Subscription,
  SubscriptionItem,
} from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

interface ProrationSeed {
  amount: number
  description: string
  period: { start: number; end: number }
  price: Price
  quantity: number
  discountable: boolean
  credited: { invoice: string; invoice_line_items: string[] } | null
}

/** `14 Feb 2026` */
const dateWords = (at: number): string => new Date(at * 1000).toUTCString().slice(5, 16)

/** Puts an amount on the customer's next invoice, as a proration of a subscription item. */
function addProration(
  world: World,
  subscription: Subscription,
  item: SubscriptionItem,
  seed: ProrationSeed,
): InvoiceItem {
  const at = world.at(subscription.customer)
  const created = {
    id: world.id('ii_'),
    object: 'invoiceitem',
    amount: seed.amount,
    currency: subscription.currency,
    customer: subscription.customer,
    customer_account: null,
    date: at,
    description: seed.description,
    discountable: seed.discountable,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    parent: {
      subscription_details: { subscription: subscription.id, subscription_item: item.id },
      type: 'subscription_details',
    },
    period: seed.period,
    pricing: {
      price_details: { price: seed.price.id, product: seed.price.product },
      type: 'price_details',
      unit_amount_decimal: String(seed.amount),
    },
    proration: true,
    proration_details: {
      credited_items: seed.credited
        ? { type: 'invoice_line_items', invoice_line_item_details: seed.credited }
        : null,
      discount_amounts: [],
    },
    quantity: seed.quantity,
    quantity_decimal: String(seed.quantity),
    tax_rates: taxesFor(subscription, item),
    test_clock: subscription.test_clock,
  } satisfies InvoiceItem
  world.store.put('invoiceitem', created)
  world.emit('invoiceitem.created', created, at)
  return created
}

/**
 * Credits what is left of the time that was really paid for: after discounts, as flexible billing does.
 * https://docs.stripe.com/billing/subscriptions/billing-mode
 */
export function creditUnused(world: World, subscription: Subscription, item: SubscriptionItem): void {
  const at = world.at(subscription.customer)
  for (const debit of openDebits(world, subscription, item, at)) {
    const left = debit.period.end - Math.max(at, debit.period.start)
    const length = debit.period.end - debit.period.start
    if (length <= 0 || left <= 0) continue
    markCredited(world, debit.mark)
    addProration(world, subscription, item, {
      amount: -scale(debit.paid, BigInt(left), BigInt(length)),
      description: `Unused time on ${item.quantity ?? 1} × ${nameOf(world, item.price)} after ${dateWords(at)}`,
      period: { start: at, end: debit.period.end },
      price: item.price,
      quantity: item.quantity ?? 1,
      discountable: false,
      credited: debit.credited,
    })
  }
}

/** Bills the rest of the period at the new price. */
export function debitRemaining(world: World, subscription: Subscription, item: SubscriptionItem): void {
  const at = world.at(subscription.customer)
  const end = item.current_period_end
  const full = amountFor(world, item.price, item.quantity ?? 1)
  const amount = scale(full, BigInt(end - at), BigInt(Math.max(1, end - item.current_period_start)))
  if (amount === 0) return
  addProration(world, subscription, item, {
    amount,
    description: `Remaining time on ${item.quantity ?? 1} × ${nameOf(world, item.price)} after ${dateWords(at)}`,
    period: { start: at, end },
    price: item.price,
    quantity: item.quantity ?? 1,
    discountable: true,
    credited: null,
  })
}

/** Bills a whole new period at once, when the rhythm changes. */
export function debitPeriod(world: World, subscription: Subscription, item: SubscriptionItem): void {
  const quantity = item.quantity ?? 1
  addProration(world, subscription, item, {
    amount: amountFor(world, item.price, quantity),
    description: `${quantity} × ${priceWords(world, item.price)}`,
    period: { start: item.current_period_start, end: item.current_period_end },
    price: item.price,
    quantity,
    discountable: true,
    credited: null,
  })
}

const nameOf = (world: World, price: Price): string => priceWords(world, price).replace(/ \(at .*$/, '')

interface Debit {
  mark: string
  paid: number
  period: { start: number; end: number }
  credited: { invoice: string; invoice_line_items: string[] } | null
}

/** What has been billed for an item beyond now and not been credited yet. */
function openDebits(world: World, subscription: Subscription, item: SubscriptionItem, at: number): Debit[] {
  const debits: Debit[] = []
  for (const invoice of world.store.each('invoice', { index: 'subscription', key: subscription.id })) {
    if (
      invoice.status === 'void' ||
      invoice.status === 'uncollectible' ||
      invoice.period_end < at - 400 * 86_400
    )
      continue
    for (const line of world.store.each('line_item', { index: 'invoice', key: invoice.id })) {
      const isOurs = line.parent?.subscription_item_details?.subscription_item === item.id
      if (!isOurs || line.amount <= 0 || line.period.end <= at || isCredited(world, line.id)) continue
      const credited = { invoice: invoice.id, invoice_line_items: [line.id] }
      debits.push({ mark: line.id, paid: netOf(line), period: line.period, credited })
    }
  }
  for (const pending of world.store.each('invoiceitem', { index: 'pending', key: subscription.customer })) {
    const isOurs = pending.parent?.subscription_details?.subscription_item === item.id
    if (!isOurs || pending.amount <= 0 || pending.period.end <= at || isCredited(world, pending.id)) continue
    debits.push({ mark: pending.id, paid: pending.amount, period: pending.period, credited: null })
  }
  return debits
}

const netOf = (line: InvoiceLine): number =>
  line.amount - sum((line.discount_amounts ?? []).map((each) => each.amount))

function isCredited(world: World, id: string): boolean {
  return world.store.find('sandbox.extra', id)?.fields['credited'] === true
}

function markCredited(world: World, id: string): void {
  world.store.put('sandbox.extra', { object: 'sandbox.extra', id, fields: { credited: true } })
}
