import 'server-only'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { affiliates, codeBatches, codeBatchRows, codes, type Database, type Transaction } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import type { Stripe } from '@/lib/stripe/client'
import { wishTextOf } from './batch-file'
import { canHaveCodes, shownBefore } from './check-batch'
import { furtherCode } from './insert-code'
import { provisionCode } from './provision-code'
import { findSeenTexts } from './seen-texts'
import { ownTurn } from './switch-at-stripe'
import { readWish } from './wish'

/** So many rows are under way at once: each is four requests, which the client paces. */
const atOnce = 4
/** Beyond it Stripe does not answer, and no more is begun. */
const mostUnderWay = 16

/**
 * Takes the next rows of the files that are to be made, writes their codes down, has Stripe make them, and tells of each row what became
 * of it. A row's code is in the books before Stripe is asked, so that after a crash it is found there and finished, once.
 * @param stripe a paced client, for ten thousand rows are as many as Stripe allows in minutes
 * @returns how many rows were begun or ended
 */
export async function makeFromBatches(db: Database, stripe: Stripe): Promise<number> {
  if (!(await hasWork(db))) return 0
  const ended = await tellWhatBecame(db)
  const begun = await begin(db)
  await Promise.all(begun.map((code) => provisionCode(db, stripe, code)))
  const after = begun.length > 0 ? await tellWhatBecame(db) : 0
  await finish(db)
  return ended + begun.length + after
}

async function hasWork(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ work: boolean }>(sql`
    select exists (select from code_batches where state = 'running') or exists (
      select from code_batches b join code_batch_rows r on r.batch_id = b.id
      where b.state = 'discarded' and r.state = 'making') as work`)
  return row?.work ?? false
}

/** Of the rows under way: made where Stripe has made the code, failed where it would not. */
async function tellWhatBecame(db: Database): Promise<number> {
  const rows = await db.execute(sql`
    update code_batch_rows r set
      state = case when now.made then 'made' else 'failed' end,
      message = case when now.made then null else coalesce(now.reason, 'Stripe would not make it.') end
    from (
      select u.batch_id, u.line, k.code is not null as made,
        (select a.reason from audit_entries a where a.subject_id = u.code and a.action = 'code.refused'
         order by a.id desc limit 1) as reason
      from code_batch_rows u left join codes k on k.code = u.code and k.affiliate_id = u.affiliate_id
      where u.state = 'making' and (k.code is null or k.stripe_promotion_code_id is not null)
        and u.batch_id in (select id from code_batches where state in ('running', 'discarded'))
    ) now
    where r.batch_id = now.batch_id and r.line = now.line and r.state = 'making'
    returning r.line`)
  return rows.length
}

type Taken = Pick<typeof codeBatchRows.$inferSelect, 'batchId' | 'line' | 'cells' | 'affiliateId' | 'code'>

/** @returns the codes that were written down */
async function begin(db: Database): Promise<string[]> {
  return db.transaction(async (tx) => {
    const running = await tx
      .select({ id: codeBatches.id })
      .from(codeBatches)
      .where(eq(codeBatches.state, 'running'))
      .orderBy(asc(codeBatches.startedAt), asc(codeBatches.id))
      .limit(1)
    const [batch] = running
    if (!batch) return []
    const underWay = and(eq(codeBatchRows.batchId, batch.id), eq(codeBatchRows.state, 'making'))
    if ((await tx.$count(codeBatchRows, underWay)) >= mostUnderWay) return []
    const rows = await tx
      .select()
      .from(codeBatchRows)
      .where(and(eq(codeBatchRows.batchId, batch.id), eq(codeBatchRows.state, 'ready')))
      .orderBy(asc(codeBatchRows.line))
      .limit(atOnce)
      .for('update', { skipLocked: true })
    const begun: string[] = []
    for (const { row, problem } of await writeDown(tx, rows)) {
      await tx
        .update(codeBatchRows)
        .set(problem === null ? { state: 'making' } : { state: 'failed', message: problem })
        .where(and(eq(codeBatchRows.batchId, row.batchId), eq(codeBatchRows.line, row.line)))
      if (problem === null && row.code !== null) begun.push(row.code)
    }
    return begun
  })
}

/** What held when the file was read may hold no more. */
async function writeDown(
  tx: Transaction,
  rows: readonly Taken[],
): Promise<{ row: Taken; problem: string | null }[]> {
  const now = await programmeNow(tx)
  const seen = await findSeenTexts(
    tx,
    rows.flatMap(({ code }) => code ?? []),
  )
  const standing = await standingOf(
    tx,
    rows.flatMap(({ affiliateId }) => affiliateId ?? []),
  )
  const results: { row: Taken; problem: string | null }[] = []
  for (const row of rows) {
    const { code, affiliateId, cells, batchId, line } = row
    const read = readWish(wishTextOf(cells), now)
    const problem = (text: string) => results.push({ row, problem: text })
    if (code === null || affiliateId === null) problem('It names nobody or nothing.')
    else if ('problems' in read) problem(Object.values(read.problems).join(' '))
    else if (!canHaveCodes(standing.get(affiliateId) ?? 'closed')) problem('The affiliate is closed.')
    else if (seen.has(code)) problem(shownBefore(code))
    else {
      const times = { createdAt: now, provisionAt: ownTurn() }
      const written = await tx
        .insert(codes)
        .values(furtherCode(affiliateId, code, read.wish, times))
        .onConflictDoNothing()
        .returning({ code: codes.code })
      if (written.length === 0) problem(`${code} is a code already.`)
      else {
        const actor = { kind: 'system', job: `code-batch/${batchId}` } as const
        const after = { affiliateId, line, ...read.wish }
        await writeAudit(tx, { actor, action: 'code.create_many', subjectId: code, after, at: now })
        results.push({ row, problem: null })
      }
    }
  }
  return results
}

async function standingOf(tx: Transaction, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, never>()
  const { id, status } = affiliates
  const rows = await tx
    .select({ id, status })
    .from(affiliates)
    .where(inArray(id, [...new Set(ids)]))
  return new Map(rows.map((row) => [row.id, row.status]))
}

async function finish(db: Database): Promise<void> {
  await db.execute(sql`
    update code_batches b set state = 'done', finished_at = now() where b.state = 'running' and not exists (
      select from code_batch_rows r where r.batch_id = b.id and r.state in ('ready', 'making'))`)
}
