import { inArray, or, sql, type SQL } from 'drizzle-orm'
import { affiliates, codes, type Querying } from '@/db'
import type { Directory, Evidence } from './rules'

type Named = Pick<
  Evidence,
  | 'promotionCodeId'
  | 'couponId'
  | 'codeText'
  | 'promotionAffiliateId'
  | 'couponAffiliateId'
  | 'namedAffiliateId'
>

/** The codes and affiliates that these pieces of evidence may name, as they are known now. */
export async function loadDirectory(db: Querying, pieces: readonly Named[]): Promise<Directory> {
  const promotionCodeIds = distinct(pieces.map((piece) => piece.promotionCodeId))
  const couponIds = distinct(pieces.map((piece) => piece.couponId))
  const texts = distinct(pieces.map((piece) => piece.codeText?.toUpperCase() ?? null))
  const affiliateIds = distinct(
    pieces.flatMap((piece) => [piece.promotionAffiliateId, piece.couponAffiliateId, piece.namedAffiliateId]),
  )
  const { code, affiliateId, stripePromotionCodeId, stripeCouponId } = codes
  const ways: SQL[] = []
  if (promotionCodeIds.length > 0) ways.push(inArray(stripePromotionCodeId, promotionCodeIds))
  if (couponIds.length > 0) ways.push(inArray(stripeCouponId, couponIds))
  if (texts.length > 0) ways.push(inArray(sql`upper(${code})`, texts))
  const ofCodes =
    ways.length === 0
      ? []
      : await db
          .select({ code, affiliateId, promotionCodeId: stripePromotionCodeId, couponId: stripeCouponId })
          .from(codes)
          .where(or(...ways))
  const ofAffiliates =
    affiliateIds.length === 0
      ? []
      : await db.select({ id: affiliates.id }).from(affiliates).where(inArray(affiliates.id, affiliateIds))
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

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== null))]
}
