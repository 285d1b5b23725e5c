import type { LineSeed } from '@/lib/stripe-sandbox/billing/invoice-lines'
import { exponentOf } from '@/lib/stripe-sandbox/machine/amounts'
import type { Period } from '@/lib/stripe-sandbox/billing/rhythms'
import { partsOf } from '@/lib/stripe-sandbox/billing/tiers'
import type { Price, Subscription, SubscriptionItem, TaxRate } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface ItemSeed {
  price: Price
  quantity: number
  taxRates: TaxRate[]
  discounts: string[]
  metadata: Record<string, string>
}

export function planOf(price: Price): SubscriptionItem['plan'] {
  const { recurring } = price
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: recurring?.interval ?? 'month',
    interval_count: recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: recurring?.meter ?? null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: price.tiers_mode,
    transform_usage: null,
    trial_period_days: recurring?.trial_period_days ?? null,
    usage_type: recurring?.usage_type ?? 'licensed',
  }
}

export function createItem(
  world: World,
  subscription: string,
  seed: ItemSeed,
  period: Period,
  at: number,
): SubscriptionItem {
  return {
    id: world.id('si_', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: at,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: seed.discounts,
    metadata: seed.metadata,
    plan: planOf(seed.price),
    price: seed.price,
    ...(seed.price.recurring?.usage_type === 'metered' ? {} : { quantity: seed.quantity }),
    subscription,
    tax_rates: seed.taxRates,
  }
}

export function itemList(subscription: string, items: SubscriptionItem[]): Subscription['items'] {
  const list = {
    object: 'list' as const,
    data: items,
    has_more: false,
    total_count: items.length,
    url: `/v1/subscription_items?subscription=${subscription}`,
  }
  return list
}

const symbols: Record<string, string> = { usd: '$', eur: '€', gbp: '£', jpy: '¥' }

export function priceWords(world: World, price: Price): string {
  const name = world.store.find('product', price.product)?.name ?? price.product
  const decimals = exponentOf(price.currency)
  const digits = String(price.unit_amount ?? 0).padStart(decimals + 1, '0')
  const figure = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  const symbol = symbols[price.currency] ?? `${price.currency.toUpperCase()} `
  const { interval, interval_count: count } = price.recurring ?? { interval: '', interval_count: 1 }
  const every = interval === '' ? '' : ` / ${count === 1 ? interval : `every ${count} ${interval}s`}`
  return `${name} (at ${symbol}${figure}${every})`
}

/** What a line of an invoice says of the subscription item it bills. */
export function itemParent(
  item: SubscriptionItem,
  proration: {
    invoiceItem: string
    credited: { invoice: string; invoice_line_items: string[] } | null
  } | null,
): LineSeed['parent'] {
  return {
    invoice_item_details: null,
    subscription_item_details: {
      invoice_item: proration?.invoiceItem ?? null,
      proration: proration !== null,
      proration_details: { credited_items: proration?.credited ?? null },
      subscription: item.subscription,
      subscription_item: item.id,
    },
    type: 'subscription_item_details',
  }
}

/** The lines that bill the periods of a subscription's items that begin at a moment, or all; a trial's cost nothing. */
export function periodLines(
  world: World,
  subscription: Subscription,
  isTrial: boolean,
  beginsAt?: number,
): LineSeed[] {
  const lines: LineSeed[] = []
  for (const item of subscription.items.data) {
    if (item.price.recurring?.usage_type === 'metered') continue
    if (beginsAt !== undefined && item.current_period_start !== beginsAt) continue
    const words = priceWords(world, item.price)
    const name = words.replace(/ \(at .*$/, '')
    const seed = {
      period: { start: item.current_period_start, end: item.current_period_end },
      price: item.price,
      parent: itemParent(item, null),
      subscription: null,
      discountable: true,
      discounts: item.discounts,
      taxRates: taxesFor(subscription, item),
      metadata: subscription.metadata,
    }
    const quantity = item.quantity ?? 1
    if (isTrial) {
      const description = `Free trial for ${quantity} × ${name}`
      lines.push({ ...seed, id: world.id('il_'), amount: 0, description, quantity, unitAmount: '0' })
      continue
    }
    for (const { words: tier, ...part } of partsOf(world, item.price, quantity)) {
      const description = `${part.quantity} × ${tier ? `${name} (${tier})` : words}`
      lines.push({ ...seed, ...part, id: world.id('il_'), description })
    }
  }
  return lines
}

export function taxesFor(subscription: Subscription, item: SubscriptionItem): TaxRate[] {
  const own = item.tax_rates ?? []
  return own.length > 0 ? own : (subscription.default_tax_rates ?? [])
}
