import 'server-only'
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { administrators, affiliates, codeBatches, codeBatchRows, codes, database } from '@/db'
import type { codeBatchRowStates, codeBatchStates, Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { toCsv } from '@/lib/csv'
import { TributaryError } from '@/lib/errors'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

export type RowState = (typeof codeBatchRowStates)[number]

export interface Batch {
  id: string
  name: string
  state: (typeof codeBatchStates)[number]
  uploadedAt: Date
  /** An administrator's address, or what an API key or a job is called. */
  uploadedBy: string
  startedAt: Date | null
  finishedAt: Date | null
  /** Rows by what became of them. */
  rows: Record<RowState, number>
}

const countOf = (state: RowState) =>
  sql<number>`(select count(*)::int from code_batch_rows r
    where r.batch_id = ${codeBatches.id} and r.state = ${state})`

const columns = {
  id: codeBatches.id,
  name: codeBatches.name,
  state: codeBatches.state,
  uploadedAt: codeBatches.uploadedAt,
  uploadedBy: sql<string>`coalesce(${administrators.email}, ${codeBatches.uploadedBy})`,
  startedAt: codeBatches.startedAt,
  finishedAt: codeBatches.finishedAt,
  rows: {
    refused: countOf('refused'),
    ready: countOf('ready'),
    making: countOf('making'),
    made: countOf('made'),
    failed: countOf('failed'),
  },
}

/** Files of codes, the latest first, a page at a time. */
export async function listBatches(
  actor: Actor,
  options: PageWanted,
  db: Querying = database(),
): Promise<{ batches: Batch[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`${codeBatches.uploadedAt}`, type: 'timestamptz' },
      { by: sql`${codeBatches.id}`, type: 'text' },
    ],
    options,
  )
  const found = await select(db, position).where(beyond).orderBy(order).limit(limit)
  const { rows, ...ends } = page<Batch>(found)
  return { batches: rows, ...ends }
}

function select(db: Querying, position: SQL<string>) {
  return db
    .select({ ...columns, position })
    .from(codeBatches)
    .leftJoin(administrators, eq(administrators.id, codeBatches.uploadedBy))
}

/** @throws TributaryError not_found */
export async function getBatch(actor: Actor, batchId: string, db: Querying = database()): Promise<Batch> {
  requireViewer(actor)
  const [found] = await select(db, sql<string>`''`).where(eq(codeBatches.id, batchId))
  if (!found) throw new TributaryError('not_found', 'There is no such file.')
  const { position: _, ...batch } = found
  return batch
}

export interface BatchRow {
  line: number
  /** As it stood in the file; their handle where somebody is known by it. */
  affiliate: string
  affiliateId: string | null
  code: string | null
  state: RowState
  /** Why it was refused or could not be made. */
  message: string | null
  stripePromotionCodeId: string | null
}

/** The rows of a file, from the first line on, a page at a time. */
export async function listBatchRows(
  actor: Actor,
  options: PageWanted & { batchId: string; state?: RowState | undefined },
  db: Querying = database(),
): Promise<{ rows: BatchRow[] } & PageEnds> {
  requireViewer(actor)
  const { batchId, state } = options
  const { line, cells, affiliateId, code, message } = codeBatchRows
  const { beyond, order, limit, position, page } = keyset([{ by: sql`${line}`, type: 'bigint' }], {
    ...options,
    ascending: true,
  })
  const found = await db
    .select({
      line,
      affiliate: sql<string>`coalesce(${affiliates.handle}, ${cells}->>'affiliate', '')`,
      affiliateId,
      code,
      state: codeBatchRows.state,
      message,
      stripePromotionCodeId: codes.stripePromotionCodeId,
      position,
    })
    .from(codeBatchRows)
    .leftJoin(affiliates, eq(affiliates.id, affiliateId))
    .leftJoin(codes, and(eq(codes.code, code), eq(codeBatchRows.state, 'made')))
    .where(and(eq(codeBatchRows.batchId, batchId), state && eq(codeBatchRows.state, state), beyond))
    .orderBy(order)
    .limit(limit)
  return page<BatchRow>(found)
}

const pageSize = 1000

/** What became of each row of a file, as CSV, a page at a time. */
export async function* streamBatchCsv(
  actor: Actor,
  batchId: string,
  db: Querying = database(),
): AsyncGenerator<string> {
  requireViewer(actor)
  yield toCsv([['line', 'affiliate', 'affiliate_id', 'code', 'result', 'message', 'promotion_code_id']])
  let cursor: string | undefined
  do {
    const page = await listBatchRows(actor, { batchId, limit: pageSize, cursor }, db)
    yield toCsv(
      page.rows.map((row) => [
        String(row.line),
        row.affiliate,
        row.affiliateId ?? '',
        row.code ?? '',
        row.state,
        row.message ?? '',
        row.stripePromotionCodeId ?? '',
      ]),
    )
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
