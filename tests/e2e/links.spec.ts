import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './axe'
import { signInAs } from './people'

/** The sign of a person: what drives these tests says of itself that it is a machine. */
const browser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

const visitsOf = (page: Page, name: string) =>
  page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name, exact: true }) })
    .locator('dd')
    .first()

test('home says what is payable, when, and how far the minimum is', async ({ page }) => {
  await signInAs(page, 'affiliate')
  await expect(page.getByRole('heading', { name: 'Payable now' })).toBeVisible()
  await expect(page.getByText(/The next payout day is 1 \w+ \d{4}/)).toBeVisible()
  const chart = page.getByRole('figure', { name: 'Earnings by month in USD' })
  await chart.getByText('The same as a table').click()
  await expect(chart.getByRole('row').filter({ hasText: 'to come' })).toHaveCount(12)
  await expectAccessible(page)
})

test('an affiliate makes a link, it is followed and counted, and its QR code is there', async ({
  page,
  playwright,
}) => {
  await signInAs(page, 'affiliate')
  await page.goto('/portal/links')
  const label = `Talk ${crypto.randomUUID().slice(0, 6)}`
  const slug = label.toLowerCase().replace(' ', '-')
  await page.getByRole('button', { name: 'Make the link' }).click()
  await expect(page.locator('#label-error')).toContainText('Give it a name')
  await page.getByLabel('Where you will use it').fill(label)
  await page.getByRole('button', { name: 'Make the link' }).click()
  await expect(page.getByRole('heading', { name: label })).toBeVisible()
  const address = `/r/AHMET5/${slug}`
  await expect(page.getByText(new RegExp(`${address}$`))).toBeVisible()
  await expect(visitsOf(page, label)).toHaveText('0')

  const visitor = await playwright.request.newContext({
    baseURL: new URL(page.url()).origin,
    userAgent: browser,
  })
  for (const _ of ['the first time', 'once more']) {
    const answer = await visitor.get(address, { maxRedirects: 0 })
    expect(answer.status()).toBe(302)
    expect(answer.headers()['set-cookie']).toBeUndefined()
    expect(answer.headers().location).toMatch(new RegExp(`\\?(.*&)?code=AHMET5&ref=AHMET5_${slug}$`))
  }
  const elsewhere = await visitor.get(`${address}?to=https://evil.example&url=//evil.example`, {
    maxRedirects: 0,
  })
  expect(elsewhere.headers().location).not.toContain('evil')
  await visitor.dispose()
  await expect(async () => {
    await page.reload()
    await expect(visitsOf(page, label)).toHaveText('1', { timeout: 1000 })
  }).toPass({ timeout: 20_000 })

  const item = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: label }) })
  await item.getByText('QR code', { exact: true }).click()
  const picture = item.getByRole('img', { name: `QR code of ${label}` })
  await expect(picture).toBeVisible()
  await expect
    .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0)
  const href = await item.getByRole('link', { name: 'as PNG' }).getAttribute('href')
  const png = await page.request.get(href ?? '')
  expect(png.headers()['content-type']).toBe('image/png')
  await expectAccessible(page)

  await item.getByRole('button', { name: `Put away: ${label}` }).click()
  await expect(page.getByRole('heading', { name: label })).toHaveCount(0)
})

test('somebody else’s link has no QR code, and nobody’s code leads to the product all the same', async ({
  page,
}) => {
  await signInAs(page, 'affiliate')
  for (const file of ['qr.svg', 'qr.png'])
    expect((await page.request.get(`/portal/links/lnk_00000000000000000000/${file}`)).status()).toBe(404)
  expect((await page.goto('/r/NOBODY99'))?.status()).toBe(200)
  await expect(page).toHaveURL(/\/sandbox$/)
})

test('a link brings the code into the shop, and a test purchase proves that the code beats the link', async ({
  page,
}) => {
  await page.goto('/r/ahmet5')
  await expect(page.getByLabel('Code')).toHaveValue('AHMET5')
  await page.goto('/developers')
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Make a test purchase' }).click()
  await page.getByRole('button', { name: 'Buy a month: A link of one, a code of another' }).click()
  const outcome = page.locator('#came')
  await expect(outcome.getByText('the promotion code', { exact: true })).toBeVisible({ timeout: 20_000 })
  await expect(outcome).not.toContainText('Ahmet')
  await expectAccessible(page)
})
