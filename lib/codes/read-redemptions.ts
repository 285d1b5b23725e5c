import 'server-only'
import { and, desc, eq, gt, isNotNull, lt } from 'drizzle-orm'
import { codes, type Database } from '@/db'
import type { Stripe } from '@/lib/stripe/client'

const atOnce = 20

/** What we had seen of a code when Stripe was asked last: for as much it is not asked again. */
const seenWhenRead = new Map<string, number>()

/**
 * Reads Stripe's count of those codes that more have been seen to use than Stripe said when it was last read: no event tells of a
 * redemption.
 * @returns how many were read
 */
export async function readRedemptions(db: Database, stripe: Stripe): Promise<number> {
  const behind = await db
    .select({ code: codes.code, id: codes.stripePromotionCodeId, seen: codes.seen })
    .from(codes)
    .where(and(isNotNull(codes.stripePromotionCodeId), gt(codes.seen, codes.redemptions)))
    .orderBy(desc(codes.seen))
    .limit(1000)
  const news = behind.filter(({ code, seen }) => seenWhenRead.get(code) !== seen).slice(0, atOnce)
  for (const { code, id, seen } of news) {
    const { times_redeemed: redemptions } = await stripe.promotionCodes.retrieve(id ?? '')
    await db
      .update(codes)
      .set({ redemptions })
      .where(and(eq(codes.code, code), lt(codes.redemptions, redemptions)))
    seenWhenRead.set(code, seen)
  }
  return news.length
}
