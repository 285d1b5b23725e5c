import 'server-only'
import { and, count, eq, isNull } from 'drizzle-orm'
import { affiliates, database, links, type Database, type Transaction } from '@/db'
import { requireOwner, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { loadPages } from './load-pages'
import { freeSlug, isAllowed, readLandingUrl } from './rules'

/** More than anybody looks after, and no more than a page shows. */
export const mostLinks = 100

/**
 * A further link of an affiliate's, to a page that the programme allows.
 * @throws TributaryError not_found for a stranger; invalid, field `label` or `url`; conflict when there are too many
 */
export async function createLink(
  actor: Actor,
  link: { affiliateId: string; label: string; url: string },
  db: Database = database(),
): Promise<{ id: string; slug: string }> {
  requireOwner(actor, link.affiliateId)
  const label = link.label.normalize('NFC').replace(/\s+/g, ' ').trim()
  if (label === '') throw new TributaryError('invalid', 'Give it a name, such as Newsletter.', 'label')
  if (label.length > 60) throw new TributaryError('invalid', 'A name has at most 60 characters.', 'label')
  if (!/^\P{Cc}*$/u.test(label)) {
    throw new TributaryError('invalid', 'A name has no control characters.', 'label')
  }
  const url = readLandingUrl(link.url)
  return db.transaction(async (tx) => {
    if (url === null || !isAllowed(url, await loadPages(tx))) {
      throw new TributaryError('invalid', 'The programme does not allow links to this page.', 'url')
    }
    const { affiliateId } = link
    const slug = freeSlug(label, await takenSlugs(tx, affiliateId))
    const row = { id: newId('lnk'), affiliateId, slug, label, url }
    const now = await programmeNow(tx)
    await tx.insert(links).values({ ...row, createdAt: now })
    await writeAudit(tx, { actor, action: 'link.create', subjectId: affiliateId, after: row, at: now })
    return { id: row.id, slug }
  })
}

/** Under the affiliate's lock: two links at once get two names, and the hundred-and-first waits for the hundredth. */
async function takenSlugs(tx: Transaction, affiliateId: string): Promise<Set<string>> {
  const [affiliate] = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
    .for('update')
  if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
  const [shown] = await tx
    .select({ count: count() })
    .from(links)
    .where(and(eq(links.affiliateId, affiliateId), isNull(links.archivedAt)))
  if ((shown?.count ?? 0) >= mostLinks) {
    throw new TributaryError('conflict', `There are ${mostLinks} links already: put one away first.`, 'label')
  }
  const rows = await tx.select({ slug: links.slug }).from(links).where(eq(links.affiliateId, affiliateId))
  return new Set(rows.map(({ slug }) => slug))
}
