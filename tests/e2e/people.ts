import { expect, type Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'

/** The demo's people (lib/demo). */
export const ahmet = 'ahmet@demo.localhost'
export const sofia = 'sofia@demo.localhost'

/** An address that nobody has used: the projects share one instance. */
export function newAddress(name: string): string {
  return `${name}.${crypto.randomUUID().slice(0, 8)}@example.net`
}

/** The one-click way of the sandbox. */
export async function signInAs(page: Page, who: 'affiliate' | 'administrator'): Promise<void> {
  await page.goto('/sandbox')
  const name = who === 'affiliate' ? /^As .*, affiliate$/ : 'As administrator'
  await page.getByRole('button', { name }).click()
  await expect(page).toHaveURL(who === 'affiliate' ? /\/portal$/ : /\/admin$/)
}

/** The links to sign in that were mailed to an address, the newest first. */
async function mailedLinks(page: Page, address: string): Promise<string[]> {
  await page.goto('/dev/mail')
  const links = page
    .locator('section', { hasText: `To ${address}` })
    .getByRole('link', { name: /\/sign-in\/confirm/ })
  const all = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')))
  return all.filter((href) => href !== null)
}

/** Does what makes a link be mailed to an address, then signs in with it, through the page that it leads to. */
export async function signInByMail(page: Page, address: string, ask: () => Promise<void>): Promise<void> {
  const known = new Set(await mailedLinks(page, address))
  await ask()
  let link: string | undefined
  await expect(async () => {
    link = (await mailedLinks(page, address)).find((href) => !known.has(href))
    expect(link).toBeDefined()
  }).toPass({ timeout: 15_000 })
  await page.goto(link ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Sets the second factor up that the console asks everybody for; answers how the authenticator makes its codes. */
export async function enrol(page: Page): Promise<() => string> {
  await expect(page).toHaveURL(/\/admin\/second-factor/)
  await page.getByRole('button', { name: 'Set it up' }).click()
  await expect(page.getByRole('heading', { name: '1. Scan this with your authenticator' })).toBeVisible()
  const secret = ((await page.locator('main p.font-mono').textContent()) ?? '').replaceAll(/\s/g, '')
  const totp = new TOTP({ secret: Secret.fromBase32(secret) })
  await page.getByLabel('Code', { exact: true }).fill(totp.generate())
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible()
  return () => totp.generate()
}

/** The link of a kind in the last letter to an address, waiting for it. */
export async function mailedLink(page: Page, address: string, kind: RegExp): Promise<string> {
  let link: string | null = null
  await expect(async () => {
    await page.goto('/dev/mail')
    const letter = page.locator('section', { hasText: `To ${address}` })
    link = await letter.getByRole('link', { name: kind }).first().getAttribute('href', { timeout: 2_000 })
  }).toPass({ timeout: 15_000 })
  return link ?? ''
}
