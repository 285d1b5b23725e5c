import { z } from 'zod'
import { couponFact } from './coupon'
import type { Fact, FactKind } from './fact'
import { metadata, namedBy, positive, reference } from './shapes'

const promotionCode = z.object({
  id: z.string(),
  code: z.string(),
  active: z.boolean(),
  times_redeemed: positive,
  max_redemptions: positive.nullish(),
  metadata,
  promotion: z.object({
    coupon: z.union([z.looseObject({ id: z.string(), metadata }), z.string()]).nullish(),
  }),
})

export interface PromotionCodeBody {
  codeText: string
  active: boolean
  timesRedeemed: number
  exhausted: boolean
  couponId: string | null
  promotionAffiliateId: string | null
  /** null where the coupon was not expanded. */
  couponAffiliateId: string | null
}

export const promotionCodeFact: FactKind<'promotion_code'> = {
  kind: 'promotion_code',
  observe(object, sight) {
    const seen = promotionCode.parse(object)
    const coupon = seen.promotion.coupon
    const body: PromotionCodeBody = {
      codeText: seen.code,
      active: seen.active,
      timesRedeemed: seen.times_redeemed,
      exhausted: seen.max_redemptions != null && seen.times_redeemed >= seen.max_redemptions,
      couponId: reference.parse(coupon),
      promotionAffiliateId: namedBy(seen.metadata).affiliateId,
      couponAffiliateId: typeof coupon === 'object' ? namedBy(coupon?.metadata).affiliateId : null,
    }
    const own: Fact = { ...sight, kind: 'promotion_code', objectId: seen.id, body }
    return coupon && typeof coupon === 'object' ? [own, ...couponFact.observe(coupon, sight)] : [own]
  },
}
