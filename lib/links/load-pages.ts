import 'server-only'
import { asc } from 'drizzle-orm'
import { landingPages, programme, type Querying } from '@/db'
import { publicUrl } from '@/lib/env'

export interface LandingPage {
  /** As it is stored: absolute, or a path of this site. */
  url: string
  label: string
  withBelow: boolean
}

/** The pages that links may lead to, the one that stands for all others first; never none. */
export async function loadPages(db: Querying): Promise<[LandingPage, ...LandingPage[]]> {
  const [first, ...rest] = await db
    .select({ url: landingPages.url, label: landingPages.label, withBelow: landingPages.withBelow })
    .from(landingPages)
    .orderBy(asc(landingPages.id))
  if (first) return [first, ...rest]
  const [books] = await db.select({ mode: programme.booksMode }).from(programme)
  // Nobody has said yet where the product is: the sandbox's shop, else the programme's own page.
  return books?.mode === 'sandbox'
    ? [{ url: '/sandbox', label: 'The shop', withBelow: false }]
    : [{ url: '/', label: 'The programme', withBelow: false }]
}

/** The whole address of a page that is stored as a path. */
export function absolute(url: string): URL {
  return new URL(url, publicUrl())
}
