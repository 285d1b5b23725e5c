import 'server-only'
import { and, eq } from 'drizzle-orm'
import { codeBatches, codeBatchRows, database, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * Has the worker make what of a file can be made.
 * @throws TributaryError not_found, conflict where that was decided before or nothing can be made
 */
export async function startBatch(actor: Actor, batchId: string, db: Database = database()): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const batch = await lock(tx, batchId)
    if (batch.state !== 'checked') throw new TributaryError('conflict', decidedBefore[batch.state])
    const ready = and(eq(codeBatchRows.batchId, batchId), eq(codeBatchRows.state, 'ready'))
    const count = await tx.$count(codeBatchRows, ready)
    if (count === 0) throw new TributaryError('conflict', 'No row of this file can be made.')
    const started = { startedBy: actorName(actor).id, startedAt: wallNow() }
    await tx
      .update(codeBatches)
      .set({ state: 'running', ...started })
      .where(eq(codeBatches.id, batchId))
    await writeAudit(tx, {
      actor,
      action: 'code_batch.start',
      subjectId: batchId,
      after: { count },
      at: await programmeNow(tx),
    })
  })
}

/**
 * Leaves the rest of a file unmade; what was made stays.
 * @throws TributaryError not_found, conflict where nothing is left to do
 */
export async function discardBatch(actor: Actor, batchId: string, db: Database = database()): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const batch = await lock(tx, batchId)
    if (batch.state === 'done' || batch.state === 'discarded')
      throw new TributaryError('conflict', decidedBefore[batch.state])
    await tx
      .update(codeBatches)
      .set({ state: 'discarded', finishedAt: wallNow() })
      .where(eq(codeBatches.id, batchId))
    await tx
      .update(codeBatchRows)
      .set({ state: 'failed', message: 'The rest of the file was left unmade.' })
      .where(and(eq(codeBatchRows.batchId, batchId), eq(codeBatchRows.state, 'ready')))
    await writeAudit(tx, {
      actor,
      action: 'code_batch.discard',
      subjectId: batchId,
      before: { state: batch.state },
      at: await programmeNow(tx),
    })
  })
}

const decidedBefore = {
  checked: 'Nobody has had this file made.',
  running: 'This file is being made already.',
  done: 'This file has been made already.',
  discarded: 'This file was left unmade.',
}

async function lock(tx: Transaction, batchId: string) {
  const [batch] = await tx
    .select({ state: codeBatches.state })
    .from(codeBatches)
    .where(eq(codeBatches.id, batchId))
    .for('update')
  if (!batch) throw new TributaryError('not_found', 'There is no such file.')
  return batch
}
