import 'server-only'
import { and, desc, eq, ilike, or, sql, type SQL } from 'drizzle-orm'
import { affiliates, database, type affiliateStatuses, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { programmeNow } from '@/lib/clock'
import { listCodesOf, type CodeSummary } from '@/lib/codes/queries'
import { codeText } from '@/lib/codes/rules'
import { TributaryError } from '@/lib/errors'
import { loadTerms } from '@/lib/programme/load-terms'
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
}

type Row = Omit<AffiliateSummary, 'rateBps' | 'codes'>

const columns = {
  id: affiliates.id,
  handle: affiliates.handle,
  displayName: affiliates.displayName,
  email: affiliates.email,
  status: affiliates.status,
  createdAt: affiliates.createdAt,
}

/** The newest first, a page at a time. A cursor that is not ours begins at the beginning. */
export async function listAffiliates(
  actor: Actor,
  options: {
    limit: number
    cursor?: string | undefined
    status?: AffiliateStatus | undefined
    /** Part of a name, handle or address. */
    search?: string | undefined
  },
  db: Querying = database(),
): Promise<{ affiliates: AffiliateSummary[]; nextCursor: string | null }> {
  requireViewer(actor)
  const { limit, cursor, status, search } = options
  // Text keeps the microseconds that a Date would lose.
  const rows = await db
    .select({ ...columns, position: sql<string>`${affiliates.createdAt}::text` })
    .from(affiliates)
    .where(
      and(status === undefined ? undefined : eq(affiliates.status, status), found(search), before(cursor)),
    )
    .orderBy(desc(affiliates.createdAt), desc(affiliates.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    affiliates: await complete(actor, page, db),
    nextCursor: rows.length > page.length && last ? encodeCursor(last.position, last.id) : null,
  }
}

function found(search: string | undefined): SQL | undefined {
  if (search === undefined || search.trim() === '') return undefined
  const pattern = `%${search.trim().replace(/[\\%_]/g, '\\$&')}%`
  return or(
    ilike(affiliates.displayName, pattern),
    ilike(affiliates.handle, pattern),
    ilike(affiliates.email, pattern),
  )
}

function before(cursor: string | undefined): SQL | undefined {
  const place = cursor === undefined ? null : decodeCursor(cursor)
  if (place === null) return undefined
  return sql`(${affiliates.createdAt}, ${affiliates.id}) < (${place.at}::timestamptz, ${place.id})`
}

function encodeCursor(at: string, id: string): string {
  return Buffer.from(`${at}|${id}`).toString('base64url')
}

function decodeCursor(cursor: string): { at: string; id: string } | null {
  const parts = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+\d\d)\|(\w+)$/.exec(
    Buffer.from(cursor, 'base64url').toString(),
  )
  return parts?.[1] && parts[2] ? { at: parts[1], id: parts[2] } : null
}

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
    loadTerms(db, ids),
    programmeNow(db),
  ])
  const instant = Math.floor(now.getTime() / 1000)
  return rows.map(({ id, handle, displayName, email, status, createdAt }) => ({
    id,
    handle,
    displayName,
    email,
    status,
    rateBps: termsAt(versions, id, instant).rateBps,
    codes: codesOf.get(id) ?? [],
    createdAt,
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
