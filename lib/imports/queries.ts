import 'server-only'
import { and, eq, isNotNull, sql, type SQL } from 'drizzle-orm'
import { administrators, affiliates, codes, database, importRows, imports, type Querying } from '@/db'
import type { importPlans, importRowStates, importStates } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { toCsv } from '@/lib/csv'
import { TributaryError } from '@/lib/errors'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { decimalString } from '@/lib/money'
import type { Mapping } from './formats'

export type ImportRowState = (typeof importRowStates)[number]
export type ImportPlan = (typeof importPlans)[number]

export interface Import {
  id: string
  name: string
  state: (typeof importStates)[number]
  headings: string[]
  mapping: Mapping
  uploadedAt: Date
  /** An administrator's address, or what an API key or a job is called. */
  uploadedBy: string
  /** Rows by what became of them. */
  rows: Record<ImportRowState, number>
}

const countOf = (state: ImportRowState) =>
  sql<number>`(select count(*)::int from import_rows r where r.import_id = ${imports.id} and r.state = ${state})`

const columns = {
  id: imports.id,
  name: imports.name,
  state: imports.state,
  headings: imports.headings,
  mapping: sql<Mapping>`${imports.mapping}`,
  uploadedAt: imports.uploadedAt,
  uploadedBy: sql<string>`coalesce(${administrators.email}, ${imports.uploadedBy})`,
  rows: {
    read: countOf('read'),
    refused: countOf('refused'),
    ready: countOf('ready'),
    done: countOf('done'),
    failed: countOf('failed'),
  },
}

/** Files of other products, the latest first, a page at a time. */
export async function listImports(
  actor: Actor,
  options: PageWanted,
  db: Querying = database(),
): Promise<{ imports: Import[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`${imports.uploadedAt}`, type: 'timestamptz' },
      { by: sql`${imports.id}`, type: 'text' },
    ],
    options,
  )
  const { rows, ...ends } = page<Import>(await select(db, position).where(beyond).orderBy(order).limit(limit))
  return { imports: rows, ...ends }
}

function select(db: Querying, position: SQL<string>) {
  return db
    .select({ ...columns, position })
    .from(imports)
    .leftJoin(administrators, eq(administrators.id, imports.uploadedBy))
}

export interface ImportDetail extends Import {
  /** Of the rows that are ready or done. */
  comes: { newAffiliates: number; existing: number } & Record<'make' | 'assign', number>
  /** Of the rows that are ready or done, by currency. */
  openings: { currency: string; rows: number; amountMinor: bigint }[]
  /** What the file says of its first person, by heading, to name the columns by. */
  example: Record<string, string>
}

/** @throws TributaryError not_found */
export async function getImport(
  actor: Actor,
  importId: string,
  db: Querying = database(),
): Promise<ImportDetail> {
  requireViewer(actor)
  const [found] = await select(db, sql<string>`''`).where(eq(imports.id, importId))
  if (!found) throw new TributaryError('not_found', 'There is no such file.')
  const { position: _, ...file } = found
  const counts = sql`import_id = ${importId} and state in ('ready', 'done')`
  const [comes] = await db.execute<ImportDetail['comes']>(sql`
    select count(distinct wanted->>'handle') filter (where affiliate_id is null)::int as "newAffiliates",
      count(distinct affiliate_id)::int as existing,
      count(*) filter (where plan = 'make')::int as make, count(*) filter (where plan = 'assign')::int as assign
    from import_rows where ${counts}`)
  const totals = await db
    .select({
      currency: sql<string>`${importRows.currency}`,
      rows: sql<number>`count(*)::int`,
      amountMinor: sql<string>`sum(${importRows.openingMinor})::text`,
    })
    .from(importRows)
    .where(and(counts, isNotNull(importRows.currency)))
    .groupBy(importRows.currency)
    .orderBy(importRows.currency)
  const [first] = await db
    .select({ cells: importRows.cells })
    .from(importRows)
    .where(eq(importRows.importId, importId))
    .orderBy(importRows.line)
    .limit(1)
  return {
    ...file,
    comes: comes ?? { newAffiliates: 0, existing: 0, make: 0, assign: 0 },
    openings: totals.map(({ amountMinor, ...total }) => ({ ...total, amountMinor: BigInt(amountMinor) })),
    example: first?.cells ?? {},
  }
}

export interface ImportRow {
  line: number
  /** Empty: nobody could be told. */
  handle: string
  affiliateId: string | null
  code: string | null
  plan: ImportPlan | null
  openingMinor: bigint | null
  currency: string | null
  state: ImportRowState
  /** Why it was refused or failed. */
  message: string | null
}

/** Stripe may have refused, later, a code that was written down. */
const message = sql<string | null>`case
  when ${importRows.state} = 'done' and ${importRows.plan} = 'make' and ${codes.code} is null
  then 'Stripe would not make the code.' else ${importRows.message} end`

/** The rows of a file, from the first line on, a page at a time. */
export async function listImportRows(
  actor: Actor,
  options: PageWanted & { importId: string; state?: ImportRowState | undefined },
  db: Querying = database(),
): Promise<{ rows: ImportRow[] } & PageEnds> {
  requireViewer(actor)
  const { importId, state } = options
  const { line, affiliateId, code, plan, openingMinor, currency } = importRows
  const { beyond, order, limit, position, page } = keyset([{ by: sql`${line}`, type: 'bigint' }], {
    ...options,
    ascending: true,
  })
  const handle = sql<string>`coalesce(${affiliates.handle}, ${importRows.wanted}->>'handle', '')`
  const shown = { line, handle, affiliateId, code, plan, openingMinor, currency, message }
  const found = await db
    .select({ ...shown, state: importRows.state, position })
    .from(importRows)
    .leftJoin(affiliates, eq(affiliates.id, affiliateId))
    .leftJoin(codes, eq(codes.code, code))
    .where(and(eq(importRows.importId, importId), state && eq(importRows.state, state), beyond))
    .orderBy(order)
    .limit(limit)
  return page<ImportRow>(found)
}

const pageSize = 1000

/** What became of each row of a file, as CSV, a page at a time. */
export async function* streamImportCsv(
  actor: Actor,
  importId: string,
  db: Querying = database(),
): AsyncGenerator<string> {
  requireViewer(actor)
  const headings = ['line', 'affiliate', 'affiliate_id', 'code', 'plan', 'opening_balance', 'currency']
  yield toCsv([[...headings, 'result', 'message']])
  let cursor: string | undefined
  do {
    const page = await listImportRows(actor, { importId, limit: pageSize, cursor }, db)
    yield toCsv(page.rows.map(csvRow))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

function csvRow(row: ImportRow): string[] {
  const { openingMinor, currency } = row
  const amount = openingMinor === null || currency === null ? '' : decimalString(openingMinor, currency)
  const person = [String(row.line), row.handle, row.affiliateId ?? '', row.code ?? '', row.plan ?? '']
  return [...person, amount, currency ?? '', row.state, row.message ?? '']
}
