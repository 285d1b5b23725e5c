import { z } from 'zod'
import type { Fact, FactKind } from './fact'
import { currency, metadata, namedBy, positive, reference, seconds } from './shapes'

const coupon = z.object({
  id: z.string(),
  percent_off: z.number().min(0).max(100).nullish(),
  amount_off: positive.nullish(),
  currency: currency.nullish(),
  duration: z.string(),
  metadata,
})

/** Deleted, a coupon may be no more than its id. */
const deletedCoupon = z.object({ id: z.string(), deleted: z.literal(true) }).transform(({ id }) => id)

const promotionCode = z.object({ id: z.string(), code: z.string(), metadata })

const discount = z.object({
  id: z.string(),
  start: seconds,
  end: seconds.nullish(),
  customer: reference,
  subscription: reference,
  invoice: reference,
  promotion_code: z.union([promotionCode, z.string()]).nullish(),
  source: z.object({ coupon: z.union([coupon, deletedCoupon, z.string()]).nullish() }),
})

export interface DiscountBody {
  start: number
  end: number | null
  customerId: string | null
  promotionCodeId: string | null
  couponId: string | null
  codeText: string | null
  promotionAffiliateId: string | null
  couponAffiliateId: string | null
  /** Basis points; null: a fixed amount, or the coupon was not read. */
  percentOffBps: number | null
  amountOffMinor: number | null
  amountOffCurrency: string | null
  duration: string | null
}

/** A discount cannot be read by its id: it is seen where it was expanded on the object that carries it. */
export const discountFact: FactKind<'discount'> = {
  kind: 'discount',
  observe(object, sight) {
    const seen = discount.parse(object)
    const code = typeof seen.promotion_code === 'object' ? seen.promotion_code : null
    const from = typeof seen.source.coupon === 'object' ? seen.source.coupon : null
    const body: DiscountBody = {
      start: seen.start,
      end: seen.end ?? null,
      customerId: seen.customer,
      promotionCodeId: typeof seen.promotion_code === 'string' ? seen.promotion_code : (code?.id ?? null),
      couponId: typeof seen.source.coupon === 'string' ? seen.source.coupon : (from?.id ?? null),
      codeText: code?.code ?? null,
      promotionAffiliateId: namedBy(code?.metadata).affiliateId,
      couponAffiliateId: namedBy(from?.metadata).affiliateId,
      percentOffBps: typeof from?.percent_off === 'number' ? Math.round(from.percent_off * 100) : null,
      amountOffMinor: from?.amount_off ?? null,
      amountOffCurrency: from?.currency ?? null,
      duration: from?.duration ?? null,
    }
    return [
      {
        ...sight,
        kind: 'discount',
        objectId: seen.id,
        customerId: seen.customer,
        subscriptionId: seen.subscription,
        invoiceId: seen.invoice,
        body,
      },
    ]
  },
}

/** Discounts as an object carries them: ids, or objects where they were expanded. */
export const discountList = z.array(z.union([z.string(), z.looseObject({ id: z.string() })])).nullish()

/** @returns the ids, and the facts of those that were expanded with their coupon */
export function observeDiscounts(
  list: z.output<typeof discountList>,
  sight: Pick<Fact, 'observedAt' | 'eventId'>,
): { ids: string[]; facts: Fact[] } {
  const items = list ?? []
  return {
    ids: items.map((item) => (typeof item === 'string' ? item : item.id)),
    facts: items.flatMap((item) => (typeof item === 'string' ? [] : discountFact.observe(item, sight))),
  }
}
