import 'server-only'
import { and, asc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm'
import { affiliates, codes, database, type codeStatuses, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'

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
  /** Null: no cap. */
  maxRedemptions: number | null
  /** As Stripe counted them when last read, or the customers seen to have used it since, whichever is more. */
  redemptions: number
  /** Why Stripe has not made it yet, as it said; null: it has, or was not asked yet. */
  provisionError: string | null
  /** In which way Stripe says something else than we do, in a sentence; null: in none. */
  drift: string | null
}

const customersSeen = sql`(select count(distinct e.subject_id) from evidence e
  where e.promotion_code_id = ${codes.stripePromotionCodeId})`

const summary = {
  code: codes.code,
  stripeCouponId: codes.stripeCouponId,
  stripePromotionCodeId: codes.stripePromotionCodeId,
  status: codes.status,
  percentOffBps: codes.percentOffBps,
  amountOffMinor: codes.amountOffMinor,
  amountOffCurrency: codes.amountOffCurrency,
  maxRedemptions: codes.maxRedemptions,
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

export interface CodeOfAffiliate extends CodeSummary {
  affiliateId: string
  affiliateName: string
}

/** A code that needs a look: Stripe says something else than we do, or would not make it. */
const needsALook = or(isNotNull(codes.drift), isNotNull(codes.provisionError))

/** Every code, by its text, a page at a time. */
export async function listCodes(
  actor: Actor,
  options: { limit: number; cursor?: string | undefined; search?: string | undefined; drifted?: boolean },
  db: Querying = database(),
): Promise<{ codes: CodeOfAffiliate[]; nextCursor: string | null }> {
  requireViewer(actor)
  const { limit, cursor, search, drifted } = options
  const prefix = search
    ?.trim()
    .toUpperCase()
    .replace(/[\\%_]/g, '\\$&')
  const rows = await db
    .select({ ...summary, affiliateId: codes.affiliateId, affiliateName: affiliates.displayName })
    .from(codes)
    .innerJoin(affiliates, eq(affiliates.id, codes.affiliateId))
    .where(
      and(
        cursor === undefined ? undefined : gt(codes.code, cursor),
        prefix ? sql`upper(${codes.code}) like ${`%${prefix}%`}` : undefined,
        drifted ? needsALook : undefined,
      ),
    )
    .orderBy(asc(codes.code))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  return { codes: page, nextCursor: rows.length > page.length ? (page.at(-1)?.code ?? null) : null }
}

/** How many codes need a look. */
export async function countDriftedCodes(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  return db.$count(codes, needsALook)
}
