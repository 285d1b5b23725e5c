import 'server-only'
import { and, eq, isNull } from 'drizzle-orm'
import { database, links, type Database } from '@/db'
import { requireOwner, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * Puts a link away: it is listed no more, and where it was given out it leads on and counts. Done twice, it is done once.
 * @throws TributaryError not_found for a stranger and for a link of somebody else's
 */
export async function archiveLink(
  actor: Actor,
  link: { affiliateId: string; linkId: string },
  db: Database = database(),
): Promise<void> {
  requireOwner(actor, link.affiliateId)
  await db.transaction(async (tx) => {
    const { affiliateId, linkId } = link
    const own = and(eq(links.id, linkId), eq(links.affiliateId, affiliateId))
    const [found] = await tx.select({ id: links.id }).from(links).where(own)
    if (!found) throw new TributaryError('not_found', 'There is no such link.')
    const now = await programmeNow(tx)
    const archived = await tx
      .update(links)
      .set({ archivedAt: now })
      .where(and(own, isNull(links.archivedAt)))
      .returning({ id: links.id })
    if (archived.length === 0) return
    await writeAudit(tx, {
      actor,
      action: 'link.archive',
      subjectId: affiliateId,
      before: { linkId },
      at: now,
    })
  })
}
