import { and, desc, eq, or, sql, type SQL } from 'drizzle-orm'
import { affiliates, codeDecisions, codes, type Querying } from '@/db'
import type { Directory, Evidence } from './rules'
import { among } from '@/lib/rows'

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
  if (promotionCodeIds.length > 0) ways.push(among(stripePromotionCodeId, promotionCodeIds))
  if (couponIds.length > 0) {
    const byCoupon = and(eq(codes.origin, 'made'), among(stripeCouponId, couponIds))
    if (byCoupon) ways.push(byCoupon)
  }
  if (texts.length > 0) ways.push(among(sql`upper(${code})`, texts))
  const ofCodes =
    ways.length === 0
      ? []
      : await db
          .select({
            code,
            affiliateId,
            promotionCodeId: stripePromotionCodeId,
            // An assigned code's coupon may be that of others too: it names nobody.
            couponId: sql<string | null>`case ${codes.origin} when 'made' then ${stripeCouponId} end`,
          })
          .from(codes)
          .where(or(...ways))
  const ofAffiliates =
    affiliateIds.length === 0
      ? []
      : await db.select({ id: affiliates.id }).from(affiliates).where(among(affiliates.id, affiliateIds))
  const decided = await loadDecisions(db, promotionCodeIds, couponIds)
  return {
    byPromotionCode: new Map([
      ...decided.byPromotionCode,
      ...ofCodes.flatMap((row): [string, string][] =>
        row.promotionCodeId === null ? [] : [[row.promotionCodeId, row.affiliateId]],
      ),
    ]),
    byCoupon: new Map([
      ...decided.byCoupon,
      ...ofCodes.flatMap((row): [string, string][] =>
        row.couponId === null ? [] : [[row.couponId, row.affiliateId]],
      ),
    ]),
    house: decided.house,
    byText: new Map(ofCodes.map((row) => [row.code.toUpperCase(), row.affiliateId])),
    affiliates: new Set(ofAffiliates.map((row) => row.id)),
  }
}

/** The last decision on each promotion code and coupon that is none of ours. */
async function loadDecisions(
  db: Querying,
  promotionCodeIds: readonly string[],
  couponIds: readonly string[],
): Promise<Pick<Directory, 'byPromotionCode' | 'byCoupon' | 'house'>> {
  const [byPromotionCode, byCoupon] = [new Map<string, string>(), new Map<string, string>()]
  const house = new Set<string>()
  const t = codeDecisions
  const about: SQL[] = []
  if (promotionCodeIds.length > 0) about.push(among(t.promotionCodeId, promotionCodeIds))
  if (couponIds.length > 0) about.push(among(t.couponId, couponIds))
  if (about.length === 0) return { byPromotionCode, byCoupon, house }
  const rows = await db
    .selectDistinctOn([t.promotionCodeId, t.couponId])
    .from(t)
    .where(or(...about))
    .orderBy(t.promotionCodeId, t.couponId, desc(t.id))
  for (const { promotionCodeId, couponId, decision, affiliateId } of rows) {
    const id = promotionCodeId ?? couponId ?? ''
    if (decision === 'house') house.add(id)
    if (decision === 'affiliate' && affiliateId !== null)
      (promotionCodeId === null ? byCoupon : byPromotionCode).set(id, affiliateId)
  }
  return { byPromotionCode, byCoupon, house }
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== null))]
}
