import { asc, eq, inArray, isNotNull, and, or } from 'drizzle-orm'
import { codes, type Transaction } from '@/db'
import { compareCode } from '@/lib/codes/compare'
import { programmeNow } from '@/lib/clock'
import { loadObjects } from './fact-store'
import type { Fact } from './facts'

/**
 * Brings our codes up to what Stripe last showed of them, and has put right what is ours to put right. The rows are locked before
 * the facts are read, so that of two who look at once the second sees what the first wrote.
 */
export async function projectCodes(tx: Transaction, facts: readonly Fact[], now: Date): Promise<void> {
  const of = (kind: string) => facts.filter((fact) => fact.kind === kind).map((fact) => fact.objectId)
  const [promotions, coupons] = [of('promotion_code'), of('coupon')]
  if (promotions.length + coupons.length === 0) return
  const rows = await tx
    .select()
    .from(codes)
    .where(
      and(
        isNotNull(codes.stripePromotionCodeId),
        or(inArray(codes.stripePromotionCodeId, promotions), inArray(codes.stripeCouponId, coupons)),
      ),
    )
    .orderBy(asc(codes.code))
    .for('no key update')
  if (rows.length === 0) return
  const ids = rows.flatMap((row) => [row.stripePromotionCodeId ?? '', row.stripeCouponId])
  const seen = await loadObjects(tx, ['promotion_code', 'coupon'], ids)
  const today = await programmeNow(tx)
  for (const row of rows) {
    const promotionCode = seen.find('promotion_code', row.stripePromotionCodeId ?? '')
    const coupon = seen.find('coupon', row.stripeCouponId)
    const { repair, ...found } = compareCode(row, { promotionCode, coupon }, today)
    await tx
      .update(codes)
      // What was decided and waits for Stripe goes on waiting.
      .set({ ...found, ...(row.switchTo === null && { provisionAt: repair ? now : null }) })
      .where(eq(codes.code, row.code))
  }
}
