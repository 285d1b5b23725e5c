import { sql } from 'drizzle-orm'
import { settlementQueue, type Querying } from '@/db'
import { wallNow } from '@/lib/clock'

/** PostgreSQL takes 65,535 parameters a statement. */
const rowsAStatement = 2_000

/** Puts customers or payments to work although no event said so: after a decision, in its transaction. */
export async function enqueueSettlement(
  tx: Querying,
  subjects: readonly { subjectId: string; kind: 'payment' | 'customer'; reason: string }[],
): Promise<void> {
  const now = wallNow()
  for (let from = 0; from < subjects.length; from += rowsAStatement) {
    const part = subjects.slice(from, from + rowsAStatement)
    await tx
      .insert(settlementQueue)
      .values(part.map((subject) => ({ ...subject, enqueuedAt: now, nextAttemptAt: now })))
      .onConflictDoUpdate({
        target: settlementQueue.subjectId,
        set: { reason: sql`excluded.reason`, nextAttemptAt: now, attempts: 0, error: null },
      })
  }
}
