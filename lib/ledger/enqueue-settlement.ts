import { sql } from 'drizzle-orm'
import { settlementQueue, type Querying } from '@/db'
import { wallNow } from '@/lib/clock'

/** Puts customers or payments to work although no event said so: after a decision, in its transaction. */
export async function enqueueSettlement(
  tx: Querying,
  subjects: readonly { subjectId: string; kind: 'payment' | 'customer'; reason: string }[],
): Promise<void> {
  if (subjects.length === 0) return
  const now = wallNow()
  await tx
    .insert(settlementQueue)
    .values(subjects.map((subject) => ({ ...subject, enqueuedAt: now, nextAttemptAt: now })))
    .onConflictDoUpdate({
      target: settlementQueue.subjectId,
      set: { reason: sql`excluded.reason`, nextAttemptAt: now, attempts: 0, error: null },
    })
}
