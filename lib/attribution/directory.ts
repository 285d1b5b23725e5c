import { affiliates, codes, type Querying } from '@/db'
import type { Directory } from './rules'

/** All codes and affiliates, as they are known inside this transaction. */
export async function loadDirectory(db: Querying): Promise<Directory> {
  const [ofCodes, ofAffiliates] = [
    await db
      .select({
        code: codes.code,
        affiliateId: codes.affiliateId,
        promotionCodeId: codes.stripePromotionCodeId,
        couponId: codes.stripeCouponId,
      })
      .from(codes),
    await db.select({ id: affiliates.id }).from(affiliates),
  ]
  return {
    byPromotionCode: new Map(
      ofCodes.flatMap((row) =>
        row.promotionCodeId === null ? [] : [[row.promotionCodeId, row.affiliateId]],
      ),
    ),
    byCoupon: new Map(ofCodes.map((row) => [row.couponId, row.affiliateId])),
    byText: new Map(ofCodes.map((row) => [row.code.toUpperCase(), row.affiliateId])),
    affiliates: new Set(ofAffiliates.map((row) => row.id)),
  }
}
