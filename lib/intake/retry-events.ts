import 'server-only'
import { and, eq, inArray } from 'drizzle-orm'
import { database, inboxWork, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * Puts events back to work: one, or all that are quarantined. An event that is done stays done.
 * @returns how many
 * @throws TributaryError not_found for an event that never came, conflict for one that is done
 */
export async function retryEvents(
  actor: Actor,
  which: { eventId: string } | 'quarantined',
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
        nextAttemptAt: at,
        leasedBy: null,
        leasedUntil: null,
        outcome: null,
      })
      .where(
        which === 'quarantined'
          ? eq(inboxWork.state, 'quarantined')
          : // One that is being worked on needs no retry, and its lease is not ours to take.
            and(eq(inboxWork.eventId, which.eventId), inArray(inboxWork.state, ['queued', 'quarantined'])),
      )
      .returning({ id: inboxWork.eventId })
    if (which !== 'quarantined' && retried.length === 0) {
      const [known] = await tx
        .select({ state: inboxWork.state })
        .from(inboxWork)
        .where(eq(inboxWork.eventId, which.eventId))
      if (!known) throw new TributaryError('not_found', `There is no event ${which.eventId}.`)
      throw new TributaryError('conflict', `${which.eventId} is ${known.state}: there is nothing to retry.`)
    }
    const subjectId = which === 'quarantined' ? 'quarantined' : which.eventId
    await writeAudit(tx, { actor, action: 'event.retry', subjectId, after: { count: retried.length }, at })
    return retried.length
  })
}
