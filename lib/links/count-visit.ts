import 'server-only'
import { sql } from 'drizzle-orm'
import { database, linkDays, visitors, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { dayOf } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { dailySalt, saltedHash } from '@/lib/daily-salt'

/** Whoever follows a link. */
export const linkVisitor: Actor = { kind: 'system', job: 'referral link' }

/**
 * Counts a visit by a link, each visitor once a day. Of the visitor nothing is kept but a hash under the day's salt, and the salt
 * goes with the day.
 * @param visit `linkId` empty: the code's own link
 * @returns false: counted today already
 */
export async function countVisit(
  actor: Actor,
  visit: { affiliateId: string; linkId: string; network: string; userAgent: string },
  options: { db?: Database; now?: Date } = {},
): Promise<boolean> {
  requireRole(actor, 'admin')
  const db = options.db ?? database()
  const day = dayOf(Math.floor((options.now ?? (await programmeNow(db))).getTime() / 1000))
  const { affiliateId, linkId, network, userAgent } = visit
  const hash = saltedHash(await dailySalt(db, day), [affiliateId, linkId, network, userAgent])
  return db.transaction(async (tx) => {
    const fresh = await tx.insert(visitors).values({ day, hash }).onConflictDoNothing().returning()
    if (fresh.length === 0) return false
    await tx
      .insert(linkDays)
      .values({ affiliateId, linkId, day, visits: 1 })
      .onConflictDoUpdate({
        target: [linkDays.affiliateId, linkDays.linkId, linkDays.day],
        set: { visits: sql`${linkDays.visits} + 1` },
      })
    return true
  })
}
