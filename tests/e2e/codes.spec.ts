import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './axe'
import { signInAs } from './people'

/** A text of this run's own: the projects share one instance, and a code is for good. */
const newText = (word: string) => `${word}-${crypto.randomUUID().slice(0, 6)}`.toUpperCase()

async function chooseSofia(page: Page): Promise<void> {
  await page.getByLabel('Name, handle or e-mail address').fill('sofia')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'Theirs' }).first().click()
}

async function makeCode(page: Page, text: string): Promise<void> {
  await page.goto('/admin/codes')
  await page.getByRole('link', { name: 'Make a code' }).click()
  await chooseSofia(page)
  await page.getByLabel('Code', { exact: true }).fill(text)
  await page.getByLabel('Per cent').fill('15')
  await page.getByRole('button', { name: 'Make the code' }).click()
  await expect(page.getByRole('heading', { name: text })).toBeVisible()
}

test('a further code is made, paused with a reason and switched on again', async ({ page }) => {
  const text = newText('SOFIA')
  await signInAs(page, 'administrator')
  await page.goto('/admin/codes/new')
  await chooseSofia(page)
  await page.getByLabel('Code', { exact: true }).fill('two words')
  await page.getByLabel('Per cent').fill('15')
  await page.getByLabel('Redemptions in all').fill('100')
  await page.getByRole('button', { name: 'Make the code' }).click()
  await expect(page.getByText('letters from A to Z, digits and hyphens only')).toBeVisible()
  await expect(page.getByLabel('Redemptions in all')).toHaveValue('100')
  await expectAccessible(page)
  await page.getByLabel('Code', { exact: true }).fill(text)
  await page.getByRole('button', { name: 'Make the code' }).click()
  await expect(page.getByRole('heading', { name: text })).toBeVisible()
  await expect(page.getByText('15 % off, for ever')).toBeVisible()
  await expect(page.getByText('100 redemptions')).toBeVisible()
  await expect(page.getByText(/^promo_/)).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('link', { name: 'Pause', exact: true }).click()
  await page.getByLabel('Reason').fill('The campaign is over')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Done, and Stripe has confirmed it.')).toBeVisible()
  await expect(page.getByText('Paused', { exact: true }).first()).toBeVisible()
  await expect(page.getByText('The campaign is over')).toBeVisible()
  await page.getByRole('link', { name: 'Switch on' }).click()
  await page.getByLabel('Reason').fill('It goes on')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.getByText('Works', { exact: true })).toBeVisible()
})

test('a file is checked, made row by row, and its results can be kept', async ({ page }) => {
  const [one, two] = [newText('BULK'), newText('BULK')]
  const csv = `affiliate,code,percent_off\nSofia,${one},10\nNobody,X,10\nSofia,${one},20\nsofia,${two},5`
  await signInAs(page, 'administrator')
  await page.goto('/admin/codes/batches')
  await expectAccessible(page)
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'spring.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.getByRole('button', { name: 'Read and check it' }).click()
  await expect(page.getByText('2 can be made at Stripe; 2 rows were refused')).toBeVisible()
  await expect(page.getByText('The same code as in line 2.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Make 2 codes' }).click()
  await expect(page.getByText('2 made; 2 rows were refused')).toBeVisible({ timeout: 20_000 })
  await expect(page.getByRole('progressbar')).toHaveAttribute('value', '2')
  await expectAccessible(page)
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Results as CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^results-bat_\w+\.csv$/)
  await page.getByRole('link', { name: two }).click()
  await expect(page.getByRole('heading', { name: two })).toBeVisible()
})

test('a word is reserved, not to be had at sign-up, and released', async ({ page, browser }) => {
  const word = newText('WORD').replace('-', '')
  await signInAs(page, 'administrator')
  await page.goto('/admin/codes/reserved')
  await page.getByLabel('Word', { exact: true }).fill(word)
  await page.getByLabel('Why').fill('Our brand')
  await page.getByRole('button', { name: 'Reserve it' }).click()
  await expect(page.getByRole('row', { name: new RegExp(word) })).toContainText('Our brand')
  await expectAccessible(page)
  const visitor = await browser.newPage()
  await visitor.goto('/join')
  await visitor.getByLabel(/^Handle/).fill(word.toLowerCase())
  await expect(visitor.getByText('cannot be had')).toBeVisible({ timeout: 15_000 })
  await visitor.close()
  await page.getByRole('button', { name: `Release ${word}` }).click()
  await expect(page.getByRole('row', { name: new RegExp(word) })).toHaveCount(0)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, colorScheme: 'dark' })

  test('a code is made, found again at Stripe, and the list is narrowed', async ({ page }) => {
    const text = newText('PLAIN')
    await signInAs(page, 'administrator')
    await makeCode(page, text)
    await page.goto(`/admin/codes?q=${text}&kind=works`)
    await expect(page.getByRole('table', { name: 'Codes' }).getByRole('row')).toHaveCount(2)
    await page.goto('/admin/codes/assign')
    await page.getByLabel('Code, promotion code id or coupon id').fill(text.toLowerCase())
    await page.getByRole('button', { name: 'Ask Stripe' }).click()
    await expect(page.getByRole('link', { name: 'An affiliate’s already' })).toBeVisible()
  })
})

test('in the dark the list and a code are as easy to read', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await signInAs(page, 'administrator')
  for (const path of ['/admin/codes', '/admin/codes/SOFIA5?decide=paused', '/admin/codes/house']) {
    await page.goto(path)
    await expectAccessible(page)
  }
})
