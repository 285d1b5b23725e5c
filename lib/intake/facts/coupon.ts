import { z } from 'zod'
import type { FactKind } from './fact'
import { metadata, namedBy, positive } from './shapes'

const coupon = z.object({
  id: z.string(),
  deleted: z.boolean().nullish(),
  times_redeemed: positive.nullish(),
  metadata,
})

export interface CouponBody {
  deleted: boolean
  timesRedeemed: number
  couponAffiliateId: string | null
}

export const couponFact: FactKind<'coupon'> = {
  kind: 'coupon',
  observe(object, sight) {
    const seen = coupon.parse(object)
    const body: CouponBody = {
      deleted: seen.deleted ?? false,
      timesRedeemed: seen.times_redeemed ?? 0,
      couponAffiliateId: namedBy(seen.metadata).affiliateId,
    }
    return [{ ...sight, kind: 'coupon', objectId: seen.id, body }]
  },
}
