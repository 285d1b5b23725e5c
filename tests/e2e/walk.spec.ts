import { expect, test, type Page } from '@playwright/test'
import { signInAs } from './people'

/** Every page that links lead to: of pages that differ in an id only, so many are looked at. */
const ofAKind = 2

/** Links that are no pages to be looked at. */
const skipped = /^\/(api|dev\/mail\/|sign-in\/confirm)/

// The console has many pages, and a machine may be busy.
test.setTimeout(600_000)

for (const who of ['visitor', 'affiliate', 'administrator'] as const) {
  test(`every page that stands open to the ${who} is sound, and no link is dead`, async ({ page }) => {
    const wrong: string[] = []
    let path = '/'
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(`${path}: ${message.text()}`)
    })
    page.on('pageerror', (error) => wrong.push(`${path}: ${error.message}`))
    if (who !== 'visitor') await signInAs(page, who)

    const start = { visitor: '/', affiliate: '/portal', administrator: '/admin' }[who]
    const waiting = [start, '/', '/sandbox']
    const seen = new Set<string>()
    const kinds = new Map<string, number>()
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      path = next
      const kind = kindOf(path)
      if (seen.has(path) || (kinds.get(kind) ?? 0) >= ofAKind) continue
      seen.add(path)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      const response = await page.goto(path)
      if (response?.status() !== 200) wrong.push(`${path}: answers ${response?.status()}`)
      wrong.push(...(await looksWrong(page)).map((fault) => `${path}: ${fault}`))
      waiting.push(...(await linksOf(page)))
    }
    expect(wrong).toEqual([])
    expect(kinds.size).toBeGreaterThanOrEqual({ visitor: 5, affiliate: 5, administrator: 9 }[who])
  })
}

/** `/admin/events?outcome=…` and `/admin/events/*` for all that differ in values only. */
function kindOf(path: string): string {
  const url = new URL(path, 'http://localhost')
  const names = [...url.searchParams.keys()].toSorted()
  // Lists are narrowed and ordered in every combination: alone and in pairs is enough.
  const asked = names.length > 2 ? 'several' : names.join()
  const place = url.pathname.replaceAll(/\/[a-z]{2,5}_\w+/g, '/*').replaceAll(/\/[A-Z][A-Z0-9-]+/g, '/*')
  return `${place}?${asked}`
}

async function linksOf(page: Page): Promise<string[]> {
  const all = await page
    .locator('a[href]:not([download])')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  return all.flatMap((href) => {
    if (href === null || !href.startsWith('/') || skipped.test(href)) return []
    return [href.replace(/#.*$/, '')]
  })
}

/** What must be true of any page. */
async function looksWrong(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const sideways = document.documentElement.scrollWidth - window.innerWidth
    if (sideways > 0) faults.push(`scrolls ${sideways} px sideways`)
    if (document.querySelectorAll('h1').length !== 1) faults.push('has not one h1')
    if (document.querySelectorAll('main').length !== 1) faults.push('has not one main')
    if ((document.querySelector('main')?.textContent ?? '').trim().length < 40) faults.push('shows nothing')
    for (const heading of document.querySelectorAll('th')) {
      if (!heading.hasAttribute('scope')) faults.push(`has a heading of a table without scope`)
    }
    for (const control of document.querySelectorAll<
      HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
    >('input:not([type=hidden]), select, textarea')) {
      const isNamed = control.hasAttribute('aria-label') || control.hasAttribute('aria-labelledby')
      if (control.labels?.length === 0 && !isNamed) faults.push(`has an input without label`)
    }
    // What sticks out of its card would be cut off or lie on its neighbour.
    for (const element of document.querySelectorAll('main section *')) {
      const card = element.closest('section')
      if (!card || element.closest('.sr-only, .truncate, svg')) continue
      const box = element.getBoundingClientRect()
      if (box.width > 1 && box.right > card.getBoundingClientRect().right + 1) {
        faults.push(`${element.tagName} “${element.textContent?.slice(0, 20)}” sticks out`)
        break
      }
    }
    return faults
  })
}
