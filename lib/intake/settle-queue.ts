import { inArray, sql } from 'drizzle-orm'
import { settlementQueue, type Database } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { log } from '@/lib/log'
import { settleFacts } from './settle-facts'

/** Settles what is enqueued, one transaction a batch; what fails is tried again by itself, later. */
export async function settleQueued(db: Database, limit: number): Promise<number> {
  try {
    return await settleDue(db, limit)
  } catch (error) {
    if (limit > 1) return settleDueOneByOne(db, limit)
    log.error({ error }, 'an enqueued settlement failed')
    await db.execute(sql`
      update settlement_queue set attempts = attempts + 1, error = ${String(error).slice(0, 500)},
        next_attempt_at = clock_timestamp() + make_interval(secs => least(power(2, attempts), 3600))
      where subject_id = (select subject_id from settlement_queue where next_attempt_at <= clock_timestamp()
                          order by next_attempt_at, subject_id limit 1)`)
    return 0
  }
}

async function settleDueOneByOne(db: Database, limit: number): Promise<number> {
  let settled = 0
  for (let tried = 0; tried < limit; tried++) settled += await settleQueued(db, 1)
  return settled
}

async function settleDue(db: Database, limit: number): Promise<number> {
  return db.transaction(async (tx) => {
    const due = await tx
      .select({ subjectId: settlementQueue.subjectId, kind: settlementQueue.kind })
      .from(settlementQueue)
      .where(sql`${settlementQueue.nextAttemptAt} <= clock_timestamp()`)
      .orderBy(settlementQueue.nextAttemptAt, settlementQueue.subjectId)
      .limit(limit)
      .for('update', { skipLocked: true })
    if (due.length === 0) return 0
    const ids = (kind: string) => due.filter((row) => row.kind === kind).map((row) => row.subjectId)
    await settleFacts(
      tx,
      [],
      { recordedAt: await programmeNow(tx), wallNow: wallNow() },
      { paymentIds: ids('payment'), customerIds: ids('customer') },
    )
    await tx.delete(settlementQueue).where(
      inArray(
        settlementQueue.subjectId,
        due.map((row) => row.subjectId),
      ),
    )
    return due.length
  })
}
