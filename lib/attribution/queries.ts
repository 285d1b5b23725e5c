import 'server-only'
import { and, asc, countDistinct, eq, inArray, not, sql } from 'drizzle-orm'
import { affiliates, customers, database, evidence, looseEnds, type evidenceKinds, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { among } from '@/lib/rows'
import { standingOf } from './attribute-by-hand'
import { loadDirectory } from './directory'
import { findGuest } from './guests'
import { loadEvidence } from './load-evidence'
import { resolveEvidence, type MatchedBy } from './rules'

export interface EvidenceSeen {
  kind: (typeof evidenceKinds)[number]
  at: Date
  /** The invoice, session, subscription or customer that showed it. */
  sourceId: string
  /** Whom it names, by the codes known now; null: nobody. */
  affiliateId: string | null
  affiliateName: string | null
  /** The first of the ways that named somebody. */
  matchedBy: MatchedBy | null
  promotionCodeId: string | null
  couponId: string | null
  code: string | null
  /** An administrator's. */
  reason: string | null
}

export interface Attribution {
  /** Stripe's customer, or the payment of a guest. */
  customerId: string
  isGuest: boolean
  affiliateId: string | null
  since: Date | null
  matchedBy: string | null
  /** Whose it is and since when, for a form that is to notice that somebody else decided meanwhile. */
  standing: string
  /** All of it, the earliest first. */
  evidence: EvidenceSeen[]
  /** Those that name another affiliate than the one to whom the customer belongs. */
  conflicts: EvidenceSeen[]
}

/** A customer's or a guest's, with all that speaks for it; null for one never heard of. */
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
  const guest = customer ? null : await findGuest(db, customerId)
  const buyer = customer ?? guest ?? undefined
  const rows = await db
    .select()
    .from(evidence)
    .where(eq(evidence.subjectId, customerId))
    .orderBy(asc(evidence.at), asc(evidence.rank), asc(evidence.digest))
  const directory = await loadDirectory(db, rows)
  const resolved = rows.map((row) =>
    resolveEvidence({ ...row, at: Math.floor(row.at.getTime() / 1000) }, directory),
  )
  const names = await namesOf(
    db,
    resolved.flatMap((found) => (found ? [found.affiliateId] : [])),
  )
  const seen = rows.map((row, index): EvidenceSeen => {
    const found = resolved[index]
    return {
      kind: row.kind,
      at: row.at,
      sourceId: row.sourceId,
      affiliateId: found?.affiliateId ?? null,
      affiliateName: names.get(found?.affiliateId ?? '') ?? null,
      matchedBy: found?.matchedBy ?? null,
      promotionCodeId: row.promotionCodeId,
      couponId: row.couponId,
      code: row.codeText,
      reason: row.reason,
    }
  })
  if (!buyer && seen.length === 0) return null
  const affiliateId = buyer?.affiliateId ?? null
  return {
    customerId,
    isGuest: guest !== null,
    affiliateId,
    since: buyer?.since ?? null,
    matchedBy: buyer?.matchedBy ?? null,
    standing: standingOf(buyer),
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
    or (c.origin = 'made' and c.stripe_coupon_id = ${evidence.couponId}) or upper(c.code) = upper(${evidence.codeText}))
  and not exists (select from affiliates a where a.id in
    (${evidence.promotionAffiliateId}, ${evidence.couponAffiliateId}, ${evidence.namedAffiliateId}))`

/** A discount taken off before it could be read, which another object has shown since. */
const shownElsewhere = sql`(${evidence.promotionCodeId} is null and ${evidence.couponId} is null and exists (
  select from evidence other where other.discount_id = ${evidence.discountId}
    and (other.promotion_code_id is not null or other.coupon_id is not null)))`

const discountKinds = ['invoice_discount', 'session_discount', 'subscription_discount'] as const

/** Of those whose evidence left something unmatched when it was looked at last: few among many. */
const leftUnmatched = sql`${evidence.subjectId} in (select l.subject_id from loose_ends l where l.kind = 'unmatched')`
const isUnmatched = and(
  inArray(evidence.kind, discountKinds),
  leftUnmatched,
  namesNobody,
  not(shownElsewhere),
)

/** Discounts that name nobody, the latest seen first, a page at a time. */
export async function listUnmatched(
  actor: Actor,
  options: PageWanted & {
    /** Part of a code's text, or an id of Stripe's. */
    search?: string | undefined
  },
  db: Querying = database(),
): Promise<{ discounts: UnmatchedDiscount[] } & PageEnds> {
  requireViewer(actor)
  const { promotionCodeId, couponId, at, sourceId, subjectId } = evidence
  // What nobody can name any more goes by the discount's own id.
  const codeText = sql<string | null>`coalesce(${evidence.codeText},
    case when ${promotionCodeId} is null and ${couponId} is null then ${evidence.discountId} end)`
  const key = sql<string>`concat_ws('|', coalesce(${promotionCodeId}, ''), coalesce(${couponId}, ''), coalesce(${codeText}, ''))`
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`max(${at})`, type: 'timestamptz' },
      { by: key, type: 'text' },
    ],
    options,
  )
  const found = await db
    .select({
      promotionCodeId,
      couponId,
      code: codeText,
      customers: countDistinct(subjectId),
      firstSeenAt: sql<Date>`min(${at})`.mapWith(at),
      lastSeenAt: sql<Date>`max(${at})`.mapWith(at),
      sourceId: sql<string>`(array_agg(${sourceId} order by ${at} desc))[1]`,
      position,
    })
    .from(evidence)
    .where(
      and(
        isUnmatched,
        options.search === undefined
          ? undefined
          : sql`position(upper(${options.search}) in upper(${key})) > 0`,
      ),
    )
    .groupBy(promotionCodeId, couponId, codeText)
    .having(beyond)
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<UnmatchedDiscount>(found)
  return { discounts: rows, ...ends }
}

/** How many codes wait to be told whose they are. */
export async function countUnmatched(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  const { promotionCodeId, couponId } = evidence
  const [row] = await db
    .select({ codes: sql<number>`count(distinct coalesce(${promotionCodeId}, ${couponId}))::int` })
    .from(evidence)
    .where(isUnmatched)
  return row?.codes ?? 0
}

export interface ConflictingCustomer {
  customerId: string
  maskedEmail: string | null
  affiliateId: string
  affiliateName: string
  since: Date | null
  /** Of the later evidence that names somebody else: whom, and when it was first seen. */
  claims: { affiliateId: string; affiliateName: string; at: Date }[]
}

/** Customers whose evidence names other affiliates too, the latest come first, a page at a time. */
export async function listConflicts(
  actor: Actor,
  options: PageWanted & {
    /** To whom they belong. */
    affiliateId?: string | undefined
  },
  db: Querying = database(),
): Promise<{ customers: ConflictingCustomer[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`${customers.since}`, type: 'timestamptz' },
      { by: sql`${customers.id}`, type: 'text' },
    ],
    options,
  )
  const found = await db
    .select({
      customerId: customers.id,
      maskedEmail: customers.maskedEmail,
      affiliateId: sql<string>`${customers.affiliateId}`,
      affiliateName: affiliates.displayName,
      since: customers.since,
      position,
    })
    .from(looseEnds)
    .innerJoin(customers, eq(customers.id, looseEnds.subjectId))
    .innerJoin(affiliates, eq(affiliates.id, customers.affiliateId))
    .where(
      and(
        eq(looseEnds.kind, 'conflict'),
        options.affiliateId === undefined ? undefined : eq(customers.affiliateId, options.affiliateId),
        beyond,
      ),
    )
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<Candidate>(found)
  return { customers: await withClaims(db, rows), ...ends }
}

/** How many customers are claimed by more than one. */
export async function countConflicts(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  return db.$count(looseEnds, eq(looseEnds.kind, 'conflict'))
}

type Candidate = Omit<ConflictingCustomer, 'claims'>

async function withClaims(db: Querying, candidates: readonly Candidate[]): Promise<ConflictingCustomer[]> {
  const evidenceOf = await loadEvidence(
    db,
    candidates.map(({ customerId }) => customerId),
  )
  const directory = await loadDirectory(db, [...evidenceOf.values()].flat())
  const claimed = candidates.map((candidate) => {
    const firstOf = new Map<string, number>()
    for (const piece of evidenceOf.get(candidate.customerId) ?? []) {
      const named = resolveEvidence(piece, directory)?.affiliateId
      if (named === undefined || named === candidate.affiliateId) continue
      firstOf.set(named, Math.min(piece.at, firstOf.get(named) ?? piece.at))
    }
    return { candidate, firstOf }
  })
  const names = await namesOf(
    db,
    claimed.flatMap(({ firstOf }) => [...firstOf.keys()]),
  )
  return claimed.flatMap(({ candidate, firstOf }) => {
    if (firstOf.size === 0) return []
    const claims = [...firstOf].map(([affiliateId, at]) => ({
      affiliateId,
      affiliateName: names.get(affiliateId) ?? affiliateId,
      at: new Date(at * 1000),
    }))
    return { ...candidate, claims }
  })
}

async function namesOf(db: Querying, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: affiliates.id, name: affiliates.displayName })
    .from(affiliates)
    .where(among(affiliates.id, [...new Set(ids)]))
  return new Map(rows.map(({ id, name }) => [id, name]))
}
