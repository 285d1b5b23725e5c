import { sql } from 'drizzle-orm'
import { settlementQueue, type Querying } from '@/db'
import { sharedNow } from '@/lib/clock'
import { insertRows } from '@/lib/rows'

/** Puts customers or payments to work although no event said so: after a decision, in its transaction. */
export async function enqueueSettlement(
  tx: Querying,
  subjects: readonly { subjectId: string; kind: 'payment' | 'customer'; reason: string }[],
): Promise<void> {
  if (subjects.length === 0) return
  const now = await sharedNow(tx)
  const rows = subjects.map((subject) => ({ ...subject, enqueuedAt: now, nextAttemptAt: now }))
  const anew = sql`on conflict (subject_id) do update
    set reason = excluded.reason, next_attempt_at = excluded.next_attempt_at, attempts = 0, error = null`
  await tx.execute(insertRows(settlementQueue, rows, anew))
}
