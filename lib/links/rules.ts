import { fold } from '@/lib/affiliates/rules'

/** A page that links may lead to; with `withBelow` every page below it too. */
export interface AllowedPage {
  /** Absolute, or a path of this site: `/sandbox`. */
  url: string
  withBelow: boolean
}

export const longestUrl = 500

/**
 * An address as it is stored and compared: https (http on this very machine), without a login and without a fragment. A path stays
 * one, of this site. Null: it cannot be a landing page.
 */
export function readLandingUrl(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > longestUrl) return null
  const isPath = /^\/(?![/\\])/.test(trimmed)
  const url = parse(trimmed, isPath ? placeholder : undefined)
  if (url === null || url.username !== '' || url.password !== '') return null
  if (isPath) return url.origin === placeholder ? `${url.pathname}${url.search}` : null
  const isOwnMachine = /^(localhost|127\.0\.0\.1)$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOwnMachine)) return null
  url.hash = ''
  return url.href
}

/** Whether the pages allow an address, both as `readLandingUrl` gives them. */
export function isAllowed(url: string, pages: readonly AllowedPage[]): boolean {
  const wanted = parse(url, placeholder)
  return wanted !== null && pages.some((page) => covers(page, wanted))
}

// Stands for this site, whose own address a stored path does not know.
const placeholder = 'https://this-site.invalid'

function covers(page: AllowedPage, wanted: URL): boolean {
  const allowed = parse(page.url, placeholder)
  if (allowed === null || allowed.origin !== wanted.origin) return false
  if (allowed.pathname === wanted.pathname && (page.withBelow || allowed.search === wanted.search))
    return true
  return page.withBelow && wanted.pathname.startsWith(`${allowed.pathname.replace(/\/$/, '')}/`)
}

function parse(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null
}

export const longestSlug = 32

/** `Spring newsletter` is `spring-newsletter`; `link` where nothing is left. */
export function slugFrom(label: string): string {
  const slug = fold(label)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longestSlug)
    .replace(/^-|-$/g, '')
  return slug || 'link'
}

/** `spring`, `spring-2`, `spring-3`, …: the first that is not taken. */
export function freeSlug(label: string, taken: ReadonlySet<string>): string {
  const slug = slugFrom(label)
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? slug : `${slug}-${n}`
    if (!taken.has(candidate)) return candidate
  }
}

/** What fetches a page without anybody looking at it: counted, it would be a visit that never was. */
export function isMachine(headers: { userAgent: string; purpose: string }): boolean {
  if (/prefetch|preview|prerender/i.test(headers.purpose)) return true
  return (
    headers.userAgent === '' ||
    /bot|crawl|spider|slurp|preview|fetch|scan|monitor|curl|wget|python|http|facebookexternalhit|whatsapp|headless/i.test(
      headers.userAgent,
    )
  )
}
