import 'server-only'
import { and, count, eq, inArray, isNull, lte } from 'drizzle-orm'
import { inboxWork, settlementQueue, type Database } from '@/db'
import { wallNow } from '@/lib/clock'

/** How many of the events that came have been worked on, and how much is due now. */
export async function readInboxProgress(
  db: Database,
): Promise<{ received: number; done: number; due: number }> {
  const now = wallNow()
  const [[all], [done], [due], [queued]] = await Promise.all([
    db.select({ count: count() }).from(inboxWork),
    db.select({ count: count() }).from(inboxWork).where(eq(inboxWork.state, 'done')),
    db
      .select({ count: count() })
      .from(inboxWork)
      .where(and(inArray(inboxWork.state, ['queued', 'leased']), lte(inboxWork.nextAttemptAt, now))),
    db.select({ count: count() }).from(settlementQueue).where(isNull(settlementQueue.error)),
  ])
  return {
    received: all?.count ?? 0,
    done: done?.count ?? 0,
    due: (due?.count ?? 0) + (queued?.count ?? 0),
  }
}
