import { expect, type Page } from '@playwright/test'

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

/** By the newest mail to an address, through the page that the mail leads to. */
export async function followMail(page: Page, address: string): Promise<void> {
  const mail = page.locator('section', { hasText: `To ${address}` }).first()
  await expect(async () => {
    await page.goto('/dev/mail')
    await expect(mail).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 15_000 })
  await mail.getByRole('link', { name: /\/sign-in\/confirm/ }).click()
  await page.getByRole('button', { name: 'Sign in' }).click()
}
