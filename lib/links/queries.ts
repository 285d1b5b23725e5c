import 'server-only'
import { and, asc, eq, isNull, sql, sum } from 'drizzle-orm'
import { codes, database, linkDays, links, type Querying } from '@/db'
import { portalOf, requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { publicUrl } from '@/lib/env'
import { absolute, loadPages, type LandingPage } from './load-pages'
import { isAllowed } from './rules'

export type { LandingPage } from './load-pages'

/** Where links may lead, for whoever makes or allows them. */
export async function listLandingPages(
  actor: Actor,
  db: Querying = database(),
): Promise<(LandingPage & { address: string })[]> {
  if (portalOf(actor) === null) requireViewer(actor)
  return (await loadPages(db)).map((page) => ({ ...page, address: absolute(page.url).href }))
}

/** From having seen the page to having paid. */
export interface Funnel {
  /** Visitors, each once a day. */
  visits: number
  /** Customers of Stripe's who came by it, paying or not. */
  signUps: number
  /** Of them, those who have paid. */
  customers: number
}

export interface LinkSummary extends Funnel {
  /** Null: the code's own link. */
  id: string | null
  label: string | null
  /** To be given out: `https://…/r/AHMET5/newsletter`. */
  address: string
  /** The page it leads to. */
  landing: string
  /** False: the programme took the page back, and the link leads to its first page instead. */
  landingAllowed: boolean
}

export interface LinksOfAffiliate {
  /** The code's own first; none for who has no code yet. */
  links: LinkSummary[]
  /** Who typed the code without having come by a link. */
  typed: Funnel
}

/** An affiliate's links with what came of each. Those put away are left out; what they brought counts with the code's own. */
export async function listLinks(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<LinksOfAffiliate> {
  requireAffiliate(actor, affiliateId)
  const [[own], pages, rows, visits, came] = await Promise.all([
    db
      .select({ code: codes.code })
      .from(codes)
      .where(eq(codes.affiliateId, affiliateId))
      .orderBy(asc(codes.createdAt), asc(codes.code))
      .limit(1),
    loadPages(db),
    db
      .select({ id: links.id, slug: links.slug, label: links.label, url: links.url })
      .from(links)
      .where(and(eq(links.affiliateId, affiliateId), isNull(links.archivedAt)))
      .orderBy(asc(links.createdAt), asc(links.id)),
    visitsByLink(db, affiliateId),
    customersByReference(db, affiliateId),
  ])
  const shown = new Set(rows.map(({ id }) => id))
  const slugs = new Set(rows.map(({ slug }) => slug))
  const plain = add(
    came.filter(({ slug }) => slug !== null && !slugs.has(slug)),
    visits.filter(({ linkId }) => !shown.has(linkId)),
  )
  const typed = add(
    came.filter(({ slug }) => slug === null),
    [],
  )
  if (!own) return { links: [], typed }
  const base = `${publicUrl()}/r/${own.code}`
  const first = { id: null, label: null, address: base, landing: absolute(pages[0].url).href }
  return {
    links: [
      { ...first, landingAllowed: true, ...plain },
      ...rows.map(({ id, slug, label, url }) => {
        const landingAllowed = isAllowed(url, pages)
        return {
          id,
          label,
          address: `${base}/${slug}`,
          landing: absolute(landingAllowed ? url : pages[0].url).href,
          landingAllowed,
          ...add(
            came.filter((row) => row.slug === slug),
            visits.filter(({ linkId }) => linkId === id),
          ),
        }
      }),
    ],
    typed,
  }
}

function add(
  came: readonly { signUps: number; customers: number }[],
  visits: readonly { visits: number }[],
): Funnel {
  return {
    visits: visits.reduce((all, row) => all + row.visits, 0),
    signUps: came.reduce((all, row) => all + row.signUps, 0),
    customers: came.reduce((all, row) => all + row.customers, 0),
  }
}

async function visitsByLink(db: Querying, affiliateId: string) {
  return db
    .select({ linkId: linkDays.linkId, visits: sum(linkDays.visits).mapWith(Number) })
    .from(linkDays)
    .where(eq(linkDays.affiliateId, affiliateId))
    .groupBy(linkDays.linkId)
}

/**
 * Whose customers they are is attribution's to say; which link they came by is the first reference with a code of the affiliate's
 * that a session of theirs carried. `slug` empty: the code's own link; null: none.
 */
async function customersByReference(db: Querying, affiliateId: string) {
  const rows = await db.execute<{ slug: string | null; sign_ups: number; customers: number }>(sql`
    with theirs as (
      select c.id as subject,
        exists (select from commissions m where m.customer_id = c.id and m.payment_minor > 0) as paid
      from customers c where c.affiliate_id = ${affiliateId}
      union all
      select distinct m.payment_id, true from commissions m
      where m.affiliate_id = ${affiliateId} and m.customer_id is null and m.payment_minor > 0
    )
    select came.slug, count(*)::int as sign_ups, count(*) filter (where paid)::int as customers
    from theirs left join lateral (
      select split_part(lower(e.named_affiliate_id), '_', 2) as slug from evidence e
      where e.subject_id = theirs.subject and e.kind = 'metadata' and exists (
        select from codes k where k.affiliate_id = ${affiliateId}
          and upper(k.code) = upper(split_part(e.named_affiliate_id, '_', 1)))
      order by e.at, e.id limit 1
    ) came on true
    group by came.slug`)
  return rows.map(({ slug, sign_ups: signUps, customers }) => ({ slug, signUps, customers }))
}
