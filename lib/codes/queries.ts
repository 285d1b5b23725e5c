import 'server-only'
import { asc, inArray, sql } from 'drizzle-orm'
import { codes, type codeDurations, type codeStatuses, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'

export interface CodeSummary {
  code: string
  stripeCouponId: string
  /** Null until Stripe has made it. */
  stripePromotionCodeId: string | null
  status: (typeof codeStatuses)[number]
  /** Basis points; null: a fixed amount. */
  percentOffBps: number | null
  amountOffMinor: bigint | null
  amountOffCurrency: string | null
  duration: (typeof codeDurations)[number]
  /** Of a repeating one. */
  durationInMonths: number | null
  /** Null: no cap. */
  maxRedemptions: number | null
  /** Null: for ever. */
  expiresAt: Date | null
  /** Its last day has passed. */
  expired: boolean
  firstTimeOnly: boolean
  /** As Stripe counted them when last read, or the customers seen to have used it since, whichever is more. */
  redemptions: number
  /** Why Stripe has not made it yet, as it said; null: it has, or was not asked yet. */
  provisionError: string | null
  /** In which way Stripe says something else than we do, in a sentence; null: in none. */
  drift: string | null
}

const customersSeen = sql`(select count(distinct e.subject_id) from evidence e
  where e.promotion_code_id = ${codes.stripePromotionCodeId})`

export const summary = {
  code: codes.code,
  stripeCouponId: codes.stripeCouponId,
  stripePromotionCodeId: codes.stripePromotionCodeId,
  status: codes.status,
  percentOffBps: codes.percentOffBps,
  amountOffMinor: codes.amountOffMinor,
  amountOffCurrency: codes.amountOffCurrency,
  duration: codes.duration,
  durationInMonths: codes.durationInMonths,
  maxRedemptions: codes.maxRedemptions,
  expiresAt: codes.expiresAt,
  expired: sql<boolean>`coalesce(${codes.expiresAt} <= now() + make_interval(secs =>
    (select clock_offset_seconds from programme)), false)`,
  firstTimeOnly: codes.firstTimeOnly,
  redemptions: sql<number>`greatest(${codes.redemptions}, ${customersSeen})::int`,
  provisionError: codes.provisionError,
  drift: codes.drift,
}

/** Of each of these affiliates, the oldest first. */
export async function listCodesOf(
  actor: Actor,
  affiliateIds: readonly string[],
  db: Querying,
): Promise<Map<string, CodeSummary[]>> {
  for (const id of affiliateIds) requireAffiliate(actor, id)
  const byAffiliate = new Map<string, CodeSummary[]>(affiliateIds.map((id) => [id, []]))
  if (affiliateIds.length === 0) return byAffiliate
  const rows = await db
    .select({ affiliateId: codes.affiliateId, ...summary })
    .from(codes)
    .where(inArray(codes.affiliateId, [...affiliateIds]))
    .orderBy(asc(codes.createdAt), asc(codes.code))
  for (const { affiliateId, ...code } of rows) byAffiliate.get(affiliateId)?.push(code)
  return byAffiliate
}
