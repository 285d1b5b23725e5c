import 'server-only'
import { and, asc, count, desc, eq, inArray, sql, type SQL } from 'drizzle-orm'
import { affiliateFigures, affiliates, database, type affiliateStatuses, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { programmeNow } from '@/lib/clock'
import { listCodesOf, type CodeSummary } from '@/lib/codes/queries'
import { codeText } from '@/lib/codes/rules'
import { TributaryError } from '@/lib/errors'
import { keptAnswer } from '@/lib/kept-answer'
import { keyset, type Key, type PageEnds, type PageWanted } from '@/lib/keyset'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { getTerms } from '@/lib/programme/queries'
import { termsAt } from '@/lib/programme/terms'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { findHandleProblem } from './find-handle-problem'

export type AffiliateStatus = (typeof affiliateStatuses)[number]

export interface AffiliateSummary {
  id: string
  handle: string
  displayName: string
  email: string
  status: AffiliateStatus
  /** By the terms in force now, their own included. */
  rateBps: number
  /** The oldest first; none for an applicant. */
  codes: CodeSummary[]
  createdAt: Date
  /** Their name and address were taken out of the books for good. */
  forgotten: boolean
}

type Row = Omit<AffiliateSummary, 'rateBps' | 'codes'>

const columns = {
  id: affiliates.id,
  handle: affiliates.handle,
  displayName: affiliates.displayName,
  email: affiliates.email,
  status: affiliates.status,
  createdAt: affiliates.createdAt,
  forgotten: sql<boolean>`${affiliates.forgottenAt} is not null`,
}

export const affiliateSorts = [
  'newest',
  'oldest',
  'name',
  'name_last',
  'earned_most',
  'earned_least',
] as const
export type AffiliateSort = (typeof affiliateSorts)[number]

const joined: Key[] = [
  { by: sql`${affiliates.createdAt}`, type: 'timestamptz' },
  { by: sql`${affiliates.id}`, type: 'text' },
]
const named: Key[] = [
  { by: sql`lower(${affiliates.displayName})`, type: 'text' },
  { by: sql`${affiliates.id}`, type: 'text' },
]
const earned: Key[] = [
  { by: sql`${affiliateFigures.earnedMinor}`, type: 'bigint' },
  { by: sql`${affiliateFigures.affiliateId}`, type: 'text' },
]
const sorts: Record<AffiliateSort, { keys: Key[]; ascending: boolean }> = {
  newest: { keys: joined, ascending: false },
  oldest: { keys: joined, ascending: true },
  name: { keys: named, ascending: true },
  name_last: { keys: named, ascending: false },
  earned_most: { keys: earned, ascending: false },
  earned_least: { keys: earned, ascending: true },
}

export interface ListedAffiliate extends AffiliateSummary {
  /** What was ever theirs, in each currency, as counted a moment ago (in large books minutes). */
  earned: { currency: string; minor: bigint }[]
}

export interface AffiliateFilter {
  status?: AffiliateStatus | undefined
  /** Part of a name, handle, address or code. */
  search?: string | undefined
  /** Only who has earned in it. */
  currency?: string | undefined
}

/** By default the newest first, a page at a time. What they earned orders those who earned in `currency`, which it needs. */
export async function listAffiliates(
  actor: Actor,
  options: AffiliateFilter & PageWanted & { sort?: AffiliateSort | undefined },
  db: Querying = database(),
): Promise<{ affiliates: ListedAffiliate[] } & PageEnds> {
  requireViewer(actor)
  const { status, search, currency } = options
  const { keys, ascending } = sorts[options.sort ?? 'newest']
  if (keys === earned && currency === undefined)
    throw new TributaryError('invalid', 'What was earned is compared in one currency.')
  const { beyond, order, limit, position, page } = keyset(keys, { ...options, ascending })
  const all = db
    .select({ ...columns, position })
    .from(affiliates)
    .$dynamic()
  const { affiliateId } = affiliateFigures
  const among =
    currency === undefined
      ? all
      : all.innerJoin(
          affiliateFigures,
          and(eq(affiliateId, affiliates.id), eq(affiliateFigures.currency, currency)),
        )
  const found = await among
    .where(and(status === undefined ? undefined : eq(affiliates.status, status), isFound(search), beyond))
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<Row>(found)
  const [summaries, figures] = [await complete(actor, rows, db), await earnedBy(db, rows)]
  return { affiliates: summaries.map((row) => ({ ...row, earned: figures.get(row.id) ?? [] })), ...ends }
}

async function earnedBy(db: Querying, rows: readonly Row[]): Promise<Map<string, ListedAffiliate['earned']>> {
  const { affiliateId, currency, earnedMinor } = affiliateFigures
  const found = await db
    .select({ affiliateId, currency, minor: earnedMinor })
    .from(affiliateFigures)
    .where(
      inArray(
        affiliateId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(desc(earnedMinor), asc(currency))
  const by = new Map<string, ListedAffiliate['earned']>()
  for (const { affiliateId: id, ...figure } of found) by.set(id, [...(by.get(id) ?? []), figure])
  return by
}

/** In which currencies affiliates have earned, that of most of them first. */
export async function listEarnedCurrencies(actor: Actor, db: Querying = database()): Promise<string[]> {
  requireViewer(actor)
  return keptAnswer(db, 'currencies earned', async () => {
    const { currency } = affiliateFigures
    const rows = await db
      .select({ currency, affiliates: count() })
      .from(affiliateFigures)
      .groupBy(currency)
      .orderBy(desc(count()), asc(currency))
    const answer = rows.map((row) => row.currency)
    return { answer, dear: rows.some((row) => row.affiliates > 10_000) }
  })
}

/** The codes are looked through first, once: then one index of trigrams, or the order, finds the page. */
function isFound(search: string | undefined): SQL | undefined {
  if (search === undefined || search.trim() === '') return undefined
  const pattern = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  return sql`(${searched} ilike ${pattern}
    or ${affiliates.id} = any(array(select c.affiliate_id from codes c where c.code ilike ${pattern})))`
}

/** As `affiliates_by_text` has it. */
const searched = sql`(${affiliates.displayName} || ' ' || ${affiliates.handle} || ' ' || ${affiliates.email})`

/** Throws not_found for strangers as for ids that do not exist. */
export async function getAffiliate(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<AffiliateSummary> {
  requireAffiliate(actor, affiliateId)
  const rows = await db.select(columns).from(affiliates).where(eq(affiliates.id, affiliateId))
  const [affiliate] = await complete(actor, rows, db)
  if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
  return affiliate
}

async function complete(actor: Actor, rows: Row[], db: Querying): Promise<AffiliateSummary[]> {
  const ids = rows.map(({ id }) => id)
  const [codesOf, versions, now] = await Promise.all([
    listCodesOf(actor, ids, db),
    loadTermsOf(db, ids),
    programmeNow(db),
  ])
  const instant = Math.floor(now.getTime() / 1000)
  return rows.map(({ id, handle, displayName, email, status, createdAt, forgotten }) => ({
    id,
    handle,
    displayName,
    email,
    status,
    rateBps: termsAt(versions, id, instant).rateBps,
    codes: codesOf.get(id) ?? [],
    createdAt,
    forgotten,
  }))
}

export interface HandleAvailability {
  /** The code that would come of it; null: none can. */
  code: string | null
  /** What is wrong, in words; null: it is free. */
  message: string | null
  /** Free ones instead. */
  suggestions: string[]
}

/** Whether an applicant could have a handle: public, for the sign-up page. */
export async function getHandleAvailability(
  wanted: { handle: string; displayName: string },
  options: { db?: Querying; stripe?: Stripe } = {},
): Promise<HandleAvailability> {
  const db = options.db ?? database()
  const { terms } = await getTerms(db)
  const { discount } = terms
  const stripe = options.stripe ?? stripeClient()
  const { handle, problem } = await findHandleProblem(db, stripe, { ...wanted, discount })
  return problem
    ? { code: null, message: problem.message, suggestions: problem.suggestions }
    : { code: codeText(handle, discount), message: null, suggestions: [] }
}

/** How many wait to be taken in. */
export async function countApplicants(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  return db.$count(affiliates, eq(affiliates.status, 'applied'))
}
