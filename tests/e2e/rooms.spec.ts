import { expect, test } from '@playwright/test'
import { signInAs } from './people'

test('nobody who is not signed in sees the portal or the console', async ({ page }) => {
  for (const path of ['/portal', '/portal/commissions', '/admin', '/admin/events']) {
    await page.goto(path)
    await expect(page).toHaveURL(/\/sign-in\?next=/)
  }
})

test('for an affiliate there is no console, and no commission of anybody else’s', async ({
  page,
  browser,
}) => {
  const console = await browser.newPage()
  await signInAs(console, 'administrator')
  await console.goto('/admin/affiliates?q=sofia')
  await console.getByRole('link', { name: 'Sofia Lindholm' }).click()
  await expect(console.getByRole('heading', { name: 'Sofia Lindholm' })).toBeVisible()
  const sofias = await console.locator('a[href^="/admin/commissions/pi_"]').first().getAttribute('href')
  await console.close()
  expect(sofias).toContain('pi_')

  await signInAs(page, 'affiliate')
  for (const path of ['/admin', '/admin/affiliates', sofias?.replace('/admin', '/portal') ?? '']) {
    expect((await page.goto(path))?.status(), path).toBe(404)
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible()
  }
})

test('signing out ends the session', async ({ page }) => {
  await signInAs(page, 'affiliate')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await page.goto('/portal')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('with the keyboard alone the content is two keys away', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the content' })
  await expect(skip).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#content')).toBeFocused()
})

test('the console shows each event with its outcome and a sentence, narrowed by outcome', async ({
  page,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/events')
  await page
    .locator('#content')
    .getByRole('link', { name: /^Unmatched/ })
    .click()
  await expect(page).toHaveURL(/outcome=unmatched/)
  const rows = page.getByRole('table', { name: 'Events' }).getByRole('row')
  await expect(rows.nth(1)).toContainText('Unmatched')
  await expect(rows.filter({ hasText: 'Settled' })).toHaveCount(0)
  await rows.nth(1).getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'As Stripe sent it' })).toBeVisible()
  await expect(page.getByLabel('Body of the event')).toContainText('"object": "event"')
})

test('a list is read page by page, without a row twice', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/commissions')
  const links = page.locator('a.row-link')
  const hrefs = async () => links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  const first = await hrefs()
  await page.getByRole('link', { name: 'Older' }).click()
  await expect(page.getByRole('link', { name: 'Back to the newest' })).toBeVisible()
  const second = await hrefs()
  expect(first).toHaveLength(25)
  expect(second).toHaveLength(25)
  expect(new Set([...first, ...second]).size).toBe(50)
})

test('an affiliate and the console see recurring revenue month by month, up to the figure of today', async ({
  page,
}) => {
  for (const who of ['affiliate', 'administrator'] as const) {
    await signInAs(page, who)
    const chart = page.getByRole('figure', { name: 'Recurring revenue by month in USD' })
    await chart.getByText('The same as a table').click()
    const rows = chart.getByRole('table').getByRole('row')
    // Eight months of demo and a heading at least: the other specs move the clock on.
    await expect.poll(() => rows.count()).toBeGreaterThanOrEqual(10)
    await expect(rows.last()).toContainText('so far')
    const now = (await rows.last().getByRole('cell').last().innerText()).trim()
    expect(now).toMatch(/^\$[1-9]/)
    await expect(page.locator('#content')).toContainText(
      who === 'affiliate' ? `${now}a month` : `Recurring revenue through affiliates${now}`,
    )
  }
})
