import 'server-only'
import { eq } from 'drizzle-orm'
import { database, landingPages, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { readLandingUrl } from './rules'

/**
 * No link leads there any more: those that did lead to the programme's first page from now on.
 * @throws TributaryError not_found
 */
export async function disallowLandingPage(
  actor: Actor,
  page: { url: string },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const url = readLandingUrl(page.url) ?? page.url
  await db.transaction(async (tx) => {
    const [before] = await tx.delete(landingPages).where(eq(landingPages.url, url)).returning()
    if (!before) throw new TributaryError('not_found', `${url} is no landing page.`, 'url')
    const at = await programmeNow(tx)
    const { label, withBelow } = before
    await writeAudit(tx, {
      actor,
      action: 'landing_page.disallow',
      subjectId: url,
      before: { url, label, withBelow },
      at,
    })
  })
}
