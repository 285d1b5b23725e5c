import { z } from 'zod'
import { discountList, observeDiscounts } from './discount'
import type { FactKind } from './fact'
import { decimalText } from './price'
import { currency, metadata, namedBy, positive, reference, seconds } from './shapes'

const price = z.object({
  id: z.string(),
  product: reference,
  nickname: z.string().nullish(),
  unit_amount: positive.nullish(),
  unit_amount_decimal: decimalText,
  billing_scheme: z.string().nullish(),
  transform_quantity: z.object({ divide_by: z.int().positive(), round: z.enum(['up', 'down']) }).nullish(),
  recurring: z
    .object({
      interval: z.enum(['day', 'week', 'month', 'year']),
      interval_count: z.int().positive(),
      usage_type: z.string().nullish(),
    })
    .nullish(),
})

const subscription = z.object({
  id: z.string(),
  customer: reference,
  status: z.string(),
  currency,
  created: seconds,
  start_date: seconds.nullish(),
  ended_at: seconds.nullish(),
  pause_collection: z.looseObject({}).nullish(),
  discounts: discountList,
  metadata,
  items: z.object({
    data: z.array(z.object({ id: z.string(), quantity: positive.nullish(), price, discounts: discountList })),
  }),
})

export interface SubscriptionItem {
  id: string
  priceId: string
  productId: string | null
  /** What the shop calls the price, where it does. */
  priceName?: string
  /** Minor units of one; null: tiered, or in parts of a minor unit. */
  unitAmount: number | null
  /** Decimal, where the price has parts of a minor unit. */
  unitAmountDecimal?: string
  /** The tiers are the price's. */
  tiered?: true
  /** Sold by the package of so many. */
  packages?: { of: number; round: 'up' | 'down' }
  quantity: number
  interval: 'day' | 'week' | 'month' | 'year' | null
  intervalCount: number
  metered: boolean
  discountIds: string[]
}

export interface SubscriptionBody {
  customerId: string | null
  status: string
  currency: string
  createdAt: number
  endedAt: number | null
  paused: boolean
  discountIds: string[]
  items: SubscriptionItem[]
  namedAffiliateId: string | null
  namedCode: string | null
}

function unitOf({
  unit_amount: unit,
  unit_amount_decimal: parts,
  billing_scheme: scheme,
  transform_quantity: transform,
}: z.output<typeof price>): Pick<
  SubscriptionItem,
  'unitAmount' | 'unitAmountDecimal' | 'tiered' | 'packages'
> {
  const isWhole = unit !== null && unit !== undefined
  return {
    unitAmount: unit ?? null,
    ...(isWhole || parts === null ? {} : { unitAmountDecimal: parts }),
    ...(scheme === 'tiered' ? { tiered: true } : {}),
    ...(transform ? { packages: { of: transform.divide_by, round: transform.round } } : {}),
  }
}

export const subscriptionFact: FactKind<'subscription'> = {
  kind: 'subscription',
  observe(object, sight) {
    const seen = subscription.parse(object)
    const named = namedBy(seen.metadata)
    const own = observeDiscounts(seen.discounts, sight)
    const items = seen.items.data.map((item) => ({
      item,
      discounts: observeDiscounts(item.discounts, sight),
    }))
    const body: SubscriptionBody = {
      customerId: seen.customer,
      status: seen.status,
      currency: seen.currency,
      createdAt: seen.start_date ?? seen.created,
      endedAt: seen.ended_at ?? null,
      paused: seen.status === 'paused' || Boolean(seen.pause_collection),
      discountIds: own.ids,
      items: items.map(({ item, discounts }) => ({
        id: item.id,
        priceId: item.price.id,
        productId: item.price.product,
        ...(item.price.nickname ? { priceName: item.price.nickname } : {}),
        ...unitOf(item.price),
        quantity: item.quantity ?? 1,
        interval: item.price.recurring?.interval ?? null,
        intervalCount: item.price.recurring?.interval_count ?? 1,
        metered: item.price.recurring?.usage_type === 'metered',
        discountIds: discounts.ids,
      })),
      namedAffiliateId: named.affiliateId,
      namedCode: named.code,
    }
    const fact = {
      ...sight,
      kind: 'subscription',
      objectId: seen.id,
      customerId: seen.customer,
      subscriptionId: seen.id,
      body,
    }
    return [fact, ...own.facts, ...items.flatMap(({ discounts }) => discounts.facts)]
  },
}
