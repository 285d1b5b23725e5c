import 'server-only'
import { and, eq, inArray, sql, type SQL } from 'drizzle-orm'
import { database, inboxEvents, inboxWork, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

type Which = { eventId: string } | { quarantinedOfType: string } | 'quarantined'

/**
 * Puts events back to work: one, or all that are quarantined, of one type or of any. An event that is done stays done.
 * @returns how many
 * @throws TributaryError not_found for an event that never came, conflict for one that is done
 */
export async function retryEvents(
  actor: Actor,
  which: Which,
  options: { db?: Database } = {},
): Promise<number> {
  requireRole(actor, 'admin')
  return (options.db ?? database()).transaction(async (tx) => {
    const at = wallNow()
    const retried = await tx
      .update(inboxWork)
      .set({
        state: 'queued',
        attempts: 0,
        nextAttemptAt: sql`clock_timestamp()`,
        leasedBy: null,
        leasedUntil: null,
        outcome: null,
      })
      .where(
        which === 'quarantined' || 'quarantinedOfType' in which
          ? and(eq(inboxWork.state, 'quarantined'), ofType(tx, which))
          : // One that is being worked on needs no retry, and its lease is not ours to take.
            and(eq(inboxWork.eventId, which.eventId), inArray(inboxWork.state, ['queued', 'quarantined'])),
      )
      .returning({ id: inboxWork.eventId })
    if (typeof which === 'object' && 'eventId' in which && retried.length === 0) {
      const [known] = await tx
        .select({ state: inboxWork.state })
        .from(inboxWork)
        .where(eq(inboxWork.eventId, which.eventId))
      if (!known) throw new TributaryError('not_found', `There is no event ${which.eventId}.`)
      throw new TributaryError('conflict', `${which.eventId} is ${known.state}: there is nothing to retry.`)
    }
    const subjectId = subjectOf(which)
    await writeAudit(tx, { actor, action: 'event.retry', subjectId, after: { count: retried.length }, at })
    return retried.length
  })
}

function ofType(tx: Transaction, which: { quarantinedOfType: string } | 'quarantined'): SQL | undefined {
  if (which === 'quarantined') return undefined
  const { eventId, type } = inboxEvents
  const those = tx.select({ id: eventId }).from(inboxEvents).where(eq(type, which.quarantinedOfType))
  return inArray(inboxWork.eventId, those)
}

function subjectOf(which: Which): string {
  if (which === 'quarantined') return which
  return 'eventId' in which ? which.eventId : which.quarantinedOfType
}
