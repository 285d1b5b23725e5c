import 'server-only'
import { and, asc, desc, eq, inArray, isNotNull, or, sql, type SQL } from 'drizzle-orm'
import { affiliates, codeFigures, codes, database, type codeOrigins, type codeSwitches } from '@/db'
import type { Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { keyset, type Key, type PageEnds, type PageWanted } from '@/lib/keyset'
import { summary, type CodeSummary } from './queries'
import { seenStanding } from './switch-code'

/** What came through a code in one currency, when last counted. */
export interface CodeFigure {
  currency: string
  payments: number
  /** After discounts, tax and Stripe's fee. */
  netMinor: bigint
  /** Less what was taken back. */
  commissionMinor: bigint
}

export interface CodeOfAffiliate extends CodeSummary {
  affiliateId: string
  affiliateName: string
  createdAt: Date
  origin: (typeof codeOrigins)[number]
  /** As Stripe counted them, when last read. */
  redemptionsAtStripe: number
  /** Customers and guests that we have seen to have used it, when last counted. */
  seen: number
  /** What it is to be at Stripe, decided and not confirmed yet; null: nothing is under way. */
  switchTo: (typeof codeSwitches)[number] | null
  minimumAmountMinor: bigint | null
  minimumAmountCurrency: string | null
  onlyCustomerId: string | null
  /** How it stands, for a form that is to notice that somebody else decided meanwhile. */
  standing: string
  figures: CodeFigure[]
}

const columns = {
  ...summary,
  affiliateId: codes.affiliateId,
  affiliateName: affiliates.displayName,
  createdAt: codes.createdAt,
  origin: codes.origin,
  redemptionsAtStripe: codes.redemptions,
  seen: codes.seen,
  switchTo: codes.switchTo,
  wanted: codes.wanted,
  minimumAmountMinor: codes.minimumAmountMinor,
  minimumAmountCurrency: codes.minimumAmountCurrency,
  onlyCustomerId: codes.onlyCustomerId,
}

/** A code that needs a look: Stripe says something else than we do, or would not do what it was asked. */
const needsALook = or(isNotNull(codes.drift), isNotNull(codes.provisionError))

export const codeKinds = ['works', 'paused', 'over', 'look'] as const
export type CodeKind = (typeof codeKinds)[number]

const ofKind: Record<CodeKind, SQL | undefined> = {
  works: eq(codes.status, 'active'),
  paused: eq(codes.status, 'paused'),
  over: inArray(codes.status, ['exhausted', 'gone']),
  look: needsALook,
}

export interface CodeFilter {
  kind?: CodeKind | undefined
  /** Part of a code. */
  search?: string | undefined
  affiliateId?: string | undefined
}

export const codeSorts = ['newest', 'code', 'used'] as const
export type CodeSort = (typeof codeSorts)[number]

/** Every code, by default the newest first, a page at a time. */
export async function listCodes(
  actor: Actor,
  options: CodeFilter & PageWanted & { sort?: CodeSort | undefined },
  db: Querying = database(),
): Promise<{ codes: CodeOfAffiliate[] } & PageEnds> {
  requireViewer(actor)
  const { kind, search, affiliateId, sort = 'newest' } = options
  const { beyond, order, limit, position, page } = keyset(
    [...sortedBy[sort], { by: sql`${codes.code}`, type: 'text' }],
    { ...options, ascending: sort === 'code' },
  )
  const found = await db
    .select({ ...columns, position })
    .from(codes)
    .innerJoin(affiliates, eq(affiliates.id, codes.affiliateId))
    .where(
      and(
        beyond,
        containing(search),
        affiliateId === undefined ? undefined : eq(codes.affiliateId, affiliateId),
        kind && ofKind[kind],
      ),
    )
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<Row>(found)
  return { codes: await complete(db, rows), ...ends }
}

const sortedBy: Record<CodeSort, Key[]> = {
  newest: [{ by: sql`${codes.createdAt}`, type: 'timestamptz' }],
  code: [],
  used: [{ by: sql`${codes.redemptions}`, type: 'bigint' }],
}

function containing(search: string | undefined): SQL | undefined {
  const part = search?.trim()
  if (!part) return undefined
  // As `codes_by_text` has it.
  return sql`${codes.code} ilike ${`%${part.replace(/[\\%_]/g, '\\$&')}%`}`
}

type Row = Omit<CodeOfAffiliate, 'figures' | 'standing'> & { wanted: boolean }

async function complete(db: Querying, rows: readonly Row[]): Promise<CodeOfAffiliate[]> {
  const figures = await figuresOf(
    db,
    rows.map(({ code }) => code),
  )
  return rows.map(({ wanted, ...row }) => ({
    ...row,
    standing: seenStanding({ ...row, wanted }),
    figures: figures.get(row.code) ?? [],
  }))
}

async function figuresOf(db: Querying, texts: readonly string[]): Promise<Map<string, CodeFigure[]>> {
  const byCode = new Map<string, CodeFigure[]>()
  if (texts.length === 0) return byCode
  const { code, currency, payments, netMinor, commissionMinor } = codeFigures
  const rows = await db
    .select({ code, currency, payments, netMinor, commissionMinor })
    .from(codeFigures)
    .where(inArray(code, [...texts]))
    .orderBy(desc(payments), asc(currency))
  for (const { code: text, ...figure } of rows) byCode.set(text, [...(byCode.get(text) ?? []), figure])
  return byCode
}

/** @throws TributaryError not_found */
export async function getCode(
  actor: Actor,
  text: string,
  db: Querying = database(),
): Promise<CodeOfAffiliate> {
  requireViewer(actor)
  const rows = await db
    .select(columns)
    .from(codes)
    .innerJoin(affiliates, eq(affiliates.id, codes.affiliateId))
    .where(eq(sql`upper(${codes.code})`, text.toUpperCase()))
  const [code] = await complete(db, rows)
  if (!code) throw new TributaryError('not_found', 'There is no such code.')
  return code
}

/** How many codes need a look. */
export async function countDriftedCodes(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  return db.$count(codes, needsALook)
}
