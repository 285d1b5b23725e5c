import 'server-only'
import { and, asc, countDistinct, eq, inArray, not, sql } from 'drizzle-orm'
import { customers, database, evidence, type evidenceKinds, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { loadDirectory } from './directory'
import { resolveEvidence, type MatchedBy } from './rules'

export interface EvidenceSeen {
  kind: (typeof evidenceKinds)[number]
  at: Date
  /** The invoice, session, subscription or customer that showed it. */
  sourceId: string
  /** Whom it names, by the codes known now; null: nobody. */
  affiliateId: string | null
  /** The first of the ways that named somebody. */
  matchedBy: MatchedBy | null
  promotionCodeId: string | null
  couponId: string | null
  code: string | null
  /** An administrator's. */
  reason: string | null
}

export interface Attribution {
  customerId: string
  affiliateId: string | null
  since: Date | null
  matchedBy: string | null
  /** All of it, the earliest first. */
  evidence: EvidenceSeen[]
  /** Those that name another affiliate than the one to whom the customer belongs. */
  conflicts: EvidenceSeen[]
}

/** A customer's, with all that speaks for it; null for a customer never heard of. */
export async function findAttribution(
  actor: Actor,
  customerId: string,
  db: Querying = database(),
): Promise<Attribution | null> {
  requireViewer(actor)
  const [customer] = await db
    .select({ affiliateId: customers.affiliateId, since: customers.since, matchedBy: customers.matchedBy })
    .from(customers)
    .where(eq(customers.id, customerId))
  const rows = await db
    .select()
    .from(evidence)
    .where(eq(evidence.subjectId, customerId))
    .orderBy(asc(evidence.at), asc(evidence.rank), asc(evidence.digest))
  const directory = await loadDirectory(db, rows)
  const seen = rows.map((row): EvidenceSeen => {
    const found = resolveEvidence({ ...row, at: Math.floor(row.at.getTime() / 1000) }, directory)
    return {
      kind: row.kind,
      at: row.at,
      sourceId: row.sourceId,
      affiliateId: found?.affiliateId ?? null,
      matchedBy: found?.matchedBy ?? null,
      promotionCodeId: row.promotionCodeId,
      couponId: row.couponId,
      code: row.codeText,
      reason: row.reason,
    }
  })
  if (!customer && seen.length === 0) return null
  const affiliateId = customer?.affiliateId ?? null
  return {
    customerId,
    affiliateId,
    since: customer?.since ?? null,
    matchedBy: customer?.matchedBy ?? null,
    evidence: seen,
    conflicts: seen.filter(
      (one) => affiliateId !== null && one.affiliateId !== null && one.affiliateId !== affiliateId,
    ),
  }
}

export interface UnmatchedDiscount {
  promotionCodeId: string | null
  couponId: string | null
  code: string | null
  customers: number
  firstSeenAt: Date
  lastSeenAt: Date
  /** What showed it last. */
  sourceId: string
}

/** What `resolveEvidence` and `isHouse` ask of the directory, as a condition: a test holds them against each other. */
const namesNobody = sql`not exists (select from code_decisions d
    where (d.promotion_code_id = ${evidence.promotionCodeId} or d.coupon_id = ${evidence.couponId}) and d.decision <> 'open'
      and not exists (select from code_decisions later where later.id > d.id
        and (later.promotion_code_id = d.promotion_code_id or later.coupon_id = d.coupon_id)))
  and not exists (select from codes c where c.stripe_promotion_code_id = ${evidence.promotionCodeId}
    or c.stripe_coupon_id = ${evidence.couponId} or upper(c.code) = upper(${evidence.codeText}))
  and not exists (select from affiliates a where a.id in
    (${evidence.promotionAffiliateId}, ${evidence.couponAffiliateId}, ${evidence.namedAffiliateId}))`

/** A discount taken off before it could be read, which another object has shown since. */
const shownElsewhere = sql`(${evidence.promotionCodeId} is null and ${evidence.couponId} is null and exists (
  select from evidence other where other.discount_id = ${evidence.discountId}
    and (other.promotion_code_id is not null or other.coupon_id is not null)))`

/** Discounts that name nobody, the latest seen first, a page at a time. A cursor that is not ours begins at the beginning. */
export async function listUnmatched(
  actor: Actor,
  options: { limit: number; cursor?: string | undefined },
  db: Querying = database(),
): Promise<{ discounts: UnmatchedDiscount[]; nextCursor: string | null }> {
  requireViewer(actor)
  const { promotionCodeId, couponId, at, sourceId, subjectId, kind } = evidence
  // What nobody can name any more goes by the discount's own id.
  const codeText = sql<string | null>`coalesce(${evidence.codeText},
    case when ${promotionCodeId} is null and ${couponId} is null then ${evidence.discountId} end)`
  const key = sql<string>`concat_ws('|', coalesce(${promotionCodeId}, ''), coalesce(${couponId}, ''), coalesce(${codeText}, ''))`
  const place = options.cursor === undefined ? null : decodeCursor(options.cursor)
  const rows = await db
    .select({
      promotionCodeId,
      couponId,
      code: codeText,
      customers: countDistinct(subjectId),
      firstSeenAt: sql<Date>`min(${at})`.mapWith(at),
      lastSeenAt: sql<Date>`max(${at})`.mapWith(at),
      sourceId: sql<string>`(array_agg(${sourceId} order by ${at} desc))[1]`,
      key,
    })
    .from(evidence)
    .where(
      and(
        inArray(kind, ['invoice_discount', 'session_discount', 'subscription_discount']),
        namesNobody,
        not(shownElsewhere),
      ),
    )
    .groupBy(promotionCodeId, couponId, codeText)
    .having(place === null ? undefined : sql`(max(${at}), ${key}) < (${place.at}::timestamptz, ${place.key})`)
    .orderBy(sql`max(${at}) desc`, sql`${key} desc`)
    .limit(options.limit + 1)
  const page = rows.slice(0, options.limit)
  const last = page.at(-1)
  return {
    discounts: page.map(withoutKey),
    nextCursor: rows.length > page.length && last ? encodeCursor(last.lastSeenAt, last.key) : null,
  }
}

function withoutKey(row: UnmatchedDiscount): UnmatchedDiscount {
  const { promotionCodeId, couponId, code, customers: count, firstSeenAt, lastSeenAt, sourceId } = row
  return { promotionCodeId, couponId, code, customers: count, firstSeenAt, lastSeenAt, sourceId }
}

/** Stripe's moments are whole seconds, so that a Date loses nothing. */
function encodeCursor(at: Date, key: string): string {
  return Buffer.from(`${at.toISOString()}|${key}`).toString('base64url')
}

function decodeCursor(cursor: string): { at: string; key: string } | null {
  const parts = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\|([^\0]*)$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (parts?.[1] === undefined || parts[2] === undefined || Number.isNaN(Date.parse(parts[1]))) return null
  return { at: parts[1], key: parts[2] }
}
