import 'server-only'
import { database, landingPages, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { violatedConstraint } from '@/lib/unique-violation'
import { readLandingUrl } from './rules'

/**
 * Lets links lead to a page, or with `withBelow` to all below it too.
 * @param page `url` absolute (https), or a path of this site
 * @returns the address as it is stored
 * @throws TributaryError invalid, field `url` or `label`; conflict if it is allowed already
 */
export async function allowLandingPage(
  actor: Actor,
  page: { url: string; label: string; withBelow: boolean },
  db: Database = database(),
): Promise<{ url: string }> {
  requireRole(actor, 'admin')
  const url = readLandingUrl(page.url)
  if (url === null) {
    throw new TributaryError('invalid', 'An address such as https://example.com/pricing is wanted.', 'url')
  }
  const label = page.label.replace(/\s+/g, ' ').trim()
  if (label === '' || label.length > 80) {
    throw new TributaryError('invalid', 'A label of at most 80 characters is wanted.', 'label')
  }
  const row = { url, label, withBelow: page.withBelow }
  try {
    await db.transaction(async (tx) => {
      const now = await programmeNow(tx)
      await tx.insert(landingPages).values({ ...row, createdAt: now })
      await writeAudit(tx, { actor, action: 'landing_page.allow', subjectId: url, after: row, at: now })
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'landing_pages_url_once') throw error
    throw new TributaryError('conflict', `${url} is allowed already.`, 'url')
  }
  return { url }
}
