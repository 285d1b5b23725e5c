import 'server-only'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { count, eq } from 'drizzle-orm'
import { affiliates, codes, landingPages, links, materials, type Database } from '@/db'
import { linkReference } from '@/lib/codes/reference'
import { addMaterial } from '@/lib/links/add-material'
import { allowLandingPage } from '@/lib/links/allow-landing-page'
import { countVisit } from '@/lib/links/count-visit'
import { createLink } from '@/lib/links/create-link'
import { demoMaker } from './demo-maker'

const newsletter = 'Newsletter'

/** Pages to link to and texts to recommend with, once. */
export async function ensureMaterial(db: Database): Promise<void> {
  const [pages] = await db.select({ count: count() }).from(landingPages)
  if (pages?.count === 0) {
    const shop = { url: '/sandbox', label: 'The shop', withBelow: false }
    await allowLandingPage(demoMaker, shop, db)
    await allowLandingPage(
      demoMaker,
      { ...shop, url: '/sandbox?plan=year', label: 'The shop, a year ahead' },
      db,
    )
  }
  const [given] = await db.select({ count: count() }).from(materials)
  if (given?.count === 0) {
    for (const material of texts) await addMaterial(demoMaker, material, db)
    const picture = await readFile(new URL('./banner.png', import.meta.url))
    await addMaterial(demoMaker, { title: 'A picture for posts, 1200 × 630', picture }, db)
  }
}

const texts = [
  {
    title: 'A short post',
    text: 'I have been using Larkspur for months and would not go back. With {code} it is cheaper for you, for as long as you stay: {link}',
  },
  {
    title: 'For a newsletter',
    text: 'Larkspur keeps my projects in one place.\n\nIf you would like to try it, enter {code} when you pay, and the discount is yours for good. (I earn a share of it.)\n\n{link}',
  },
]

/**
 * By which link of the affiliate's a customer came: for about half of them, since most type what they heard. Each who came leaves
 * visitors who did not buy.
 * @returns what the link leaves in Checkout; null: none
 */
export async function comeByLink(
  db: Database,
  visit: { code: string; email: string; at: Date },
): Promise<string | null> {
  const [drawn = 0, visitors = 0] = createHash('sha256').update(visit.email).digest()
  if (drawn >= 128) return null
  const [owner] = await db
    .select({ affiliateId: codes.affiliateId, code: codes.code })
    .from(codes)
    .innerJoin(affiliates, eq(affiliates.id, codes.affiliateId))
    .where(eq(codes.code, visit.code))
  if (!owner) return null
  const { affiliateId, code } = owner
  const link = drawn < 64 ? await ensureNewsletter(db, affiliateId) : null
  for (let n = 0; n < 2 + (visitors % 5); n++) {
    const seen = { affiliateId, linkId: link?.id ?? '', network: `${visit.email} ${n}`, userAgent: 'demo' }
    await countVisit(demoMaker, seen, { db, now: visit.at })
  }
  return linkReference(code, link?.slug ?? null)
}

async function ensureNewsletter(db: Database, affiliateId: string) {
  const known = await db
    .select({ id: links.id, slug: links.slug, label: links.label })
    .from(links)
    .where(eq(links.affiliateId, affiliateId))
  const found = known.find(({ label }) => label === newsletter)
  return found ?? createLink(demoMaker, { affiliateId, label: newsletter, url: '/sandbox' }, db)
}
