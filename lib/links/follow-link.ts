import 'server-only'
import { and, eq, sql } from 'drizzle-orm'
import { affiliates, codes, database, links, type Querying } from '@/db'
import { linkReference } from '@/lib/codes/reference'
import { absolute, loadPages } from './load-pages'
import { isAllowed } from './rules'

export interface Followed {
  /** Where to send the visitor: always a page that the programme allows. */
  url: URL
  /** Whose link it is and which (empty: the code's own); null: nobody's, and nothing is counted. */
  link: { affiliateId: string; linkId: string } | null
}

/**
 * Where `/r/AHMET5` or `/r/AHMET5/newsletter` leads, for any visitor. The address carries `code` where the code works, for
 * Checkout's discount, and `ref` for its `client_reference_id`. A code that does not work or is nobody's leads to the product too.
 */
export async function followLink(
  followed: { code: string; slug: string | null },
  db: Querying = database(),
): Promise<Followed> {
  const [pages, owner] = await Promise.all([loadPages(db), findOwner(db, followed.code)])
  const [page] = pages
  if (!owner || owner.standing === 'closed') return { url: absolute(page.url), link: null }
  const link = followed.slug === null ? undefined : await findLink(db, owner.affiliateId, followed.slug)
  const url = absolute(link && isAllowed(link.url, pages) ? link.url : page.url)
  if (owner.status === 'active') url.searchParams.set('code', owner.code)
  url.searchParams.set('ref', linkReference(owner.code, link?.slug ?? null))
  return { url, link: { affiliateId: owner.affiliateId, linkId: link?.id ?? '' } }
}

async function findOwner(db: Querying, code: string) {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(code)) return undefined
  const [owner] = await db
    .select({
      code: codes.code,
      status: codes.status,
      affiliateId: codes.affiliateId,
      standing: affiliates.status,
    })
    .from(codes)
    .innerJoin(affiliates, eq(affiliates.id, codes.affiliateId))
    .where(eq(sql`upper(${codes.code})`, code.toUpperCase()))
  return owner
}

async function findLink(db: Querying, affiliateId: string, slug: string) {
  const [link] = await db
    .select({ id: links.id, slug: links.slug, url: links.url })
    .from(links)
    .where(and(eq(links.affiliateId, affiliateId), eq(links.slug, slug.toLowerCase().slice(0, 100))))
  return link
}
