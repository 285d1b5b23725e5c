import { z } from 'zod'
import { discountList, observeDiscounts } from './discount'
import type { FactKind } from './fact'
import { currency, metadata, namedBy, positive, reference, seconds } from './shapes'

const price = z.object({
  id: z.string(),
  product: reference,
  unit_amount: positive.nullish(),
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
  /** Minor units of one; null: tiered. */
  unitAmount: number | null
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
        unitAmount: item.price.unit_amount ?? null,
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
