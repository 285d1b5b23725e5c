import { expect, test, type Page } from '@playwright/test'
import { newAddress, signInByMail, sofia } from './people'

const handle = () => `N${crypto.randomUUID().replaceAll('-', '').slice(0, 9)}`

async function fill(page: Page, person: { name: string; handle: string; email: string; agrees: boolean }) {
  await page.goto('/join')
  await page.getByLabel('Name').fill(person.name)
  await page.getByLabel('Handle').fill(person.handle)
  await page.getByLabel('E-mail address').fill(person.email)
  if (person.agrees) await page.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Get my code' }).click()
}

test('whoever joins gets a code that works, by the link in the mail', async ({ page }) => {
  const email = newAddress('joiner')
  const mine = handle()
  await signInByMail(page, email, async () => {
    await fill(page, { name: 'Nele Brandt', handle: mine, email, agrees: true })
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  })
  await expect(page).toHaveURL(/\/portal$/)
  await expect(page.getByText(`${mine.toUpperCase()}5`, { exact: true })).toBeVisible()
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Works', { exact: true })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 20_000 })
  await expect(page.getByText('No payment with your code yet')).toBeVisible()
})

test('an address that is known gets the same answer as a new one', async ({ page }) => {
  await fill(page, { name: 'Somebody Else', handle: handle(), email: sofia, agrees: true })
  await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
})

test('a handle that is taken is refused in words, with free ones beside it', async ({ page }) => {
  await fill(page, { name: 'Ahmet Demir', handle: 'Ahmet', email: newAddress('taken'), agrees: true })
  await expect(page.getByText('Ahmet is taken')).toBeVisible()
  await page.getByRole('button', { name: 'AhmetDemir', exact: true }).click()
  await expect(page.getByLabel('Handle')).toHaveValue('AhmetDemir')
  await expect(page.getByText('AHMETDEMIR5')).toBeVisible()
})

for (const wrong of ['two words', 'ahmet🙂', 'a'.repeat(200), '']) {
  test(`a handle such as “${wrong.slice(0, 12)}” is refused and kept in its field`, async ({ page }) => {
    await fill(page, { name: 'Nele Brandt', handle: wrong, email: newAddress('wrong'), agrees: true })
    await expect(page.getByLabel('Handle')).toHaveAttribute('aria-invalid', 'true')
    await expect(page.locator('#handle-error')).not.toBeEmpty()
    await expect(page.getByLabel('Handle')).toHaveValue(wrong)
  })
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the form says what is wrong, keeps what was typed, and then works', async ({ page }) => {
    await fill(page, { name: 'Nele Brandt', handle: 'two words', email: 'nonsense', agrees: false })
    await expect(page.locator('#handle-error')).toContainText('one word')
    await expect(page.locator('#email-error')).toHaveText('This is not an e-mail address.')
    await expect(page.locator('#consent-error')).toHaveText('Agree to the terms to join.')
    await expect(page.getByLabel('Name')).toHaveValue('Nele Brandt')
    await expect(page.getByLabel('E-mail address')).toHaveValue('nonsense')
    await fill(page, { name: 'Nele Brandt', handle: handle(), email: newAddress('plain'), agrees: true })
    await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
  })
})
