import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './axe'
import { signInAs } from './people'

/** No day of the demo's ever comes to it: what is decided here moves nobody's figures of today. */
const farOff = '2099-01-01'

async function openSofia(page: Page): Promise<void> {
  await page.goto('/admin/affiliates?q=sofia')
  await page.getByRole('link', { name: 'Sofia Lindholm' }).click()
  await expect(page.getByRole('heading', { name: 'Sofia Lindholm' })).toBeVisible()
}

test('terms are looked at in money before they are changed, and never reach back', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/terms')
  await expect(page.getByRole('heading', { name: 'In force now' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Change the terms' }).click()
  await page.getByLabel('Rate in percent').fill('200')
  await page.getByLabel('First day').fill('2020-01-01')
  await page.getByRole('button', { name: 'Look at what it would change' }).click()
  await expect(page.getByText('A percentage from 0 to 100 is wanted')).toBeVisible()
  await expect(page.getByText('Terms never reach back')).toBeVisible()
  await page.getByLabel('Rate in percent').fill('25')
  await page.getByLabel('First day').fill('')
  await page.getByRole('button', { name: 'Look at what it would change' }).click()
  await expect(page.getByRole('table', { name: 'What changes' })).toContainText('25 % of the net')
  await expect(
    page.getByRole('table', { name: 'In all, by currency' }).getByRole('row').nth(1),
  ).toContainText('+')
  await expect(page.getByRole('table', { name: 'What would change' })).toContainText('Ahmet Yılmaz')
  await expectAccessible(page)
  await page.getByLabel('Reason').fill('   ')
  await page.getByRole('button', { name: 'Change the terms' }).click()
  await expect(page.getByText('Say why, in a sentence.')).toBeVisible()
})

test('a group has terms of its own, and an affiliate comes into it from a day on', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/terms')
  const name = `Launch partners ${crypto.randomUUID().slice(0, 6)}`
  await page.getByLabel('A new group').fill(name)
  await page.getByRole('button', { name: 'Add the group' }).click()
  await expect(page.getByRole('heading', { name })).toBeVisible()
  await page.getByRole('link', { name: 'Change the terms' }).click()
  await page.getByLabel('Hold in days').fill('14')
  await page.getByRole('button', { name: 'Look at what it would change' }).click()
  await page.getByLabel('Reason').fill('They were there at the launch')
  await page.getByRole('button', { name: 'Change the terms' }).click()
  await expect(page.getByText('Written down. Nothing that was paid before changes.')).toBeVisible()

  await openSofia(page)
  await page.getByRole('link', { name: 'See and change' }).click()
  await page.getByRole('link', { name: 'Change the terms' }).click()
  await page.getByLabel('Group').selectOption(name)
  await page.getByLabel('Rate in percent').fill('22.5')
  await page.getByLabel('First day').fill(farOff)
  await page.getByRole('button', { name: 'Look at what it would change' }).click()
  await page.getByLabel('Reason').fill('Agreed by mail')
  await page.getByRole('button', { name: 'Change the terms' }).click()
  const versions = page.locator('section', { hasText: 'Versions' })
  await expect(versions.getByText('From then on', { exact: true }).first()).toBeVisible()
  await expect(versions.getByText('22.5 % of the net').first()).toBeVisible()
  await expect(versions.getByText(': Agreed by mail').first()).toBeVisible()
})

test('a credit is looked at, given with a reason, and stands with the affiliate; so does a note', async ({
  page,
}) => {
  await signInAs(page, 'administrator')
  await openSofia(page)
  await page.getByRole('link', { name: 'Credit or debit' }).click()
  await page.getByLabel('Amount').fill('twelve')
  await page.getByRole('button', { name: 'Look at what it changes' }).click()
  await expect(page.getByText('An amount above zero is wanted')).toBeVisible()
  const reason = `For the talk, ${crypto.randomUUID().slice(0, 6)}`
  await page.getByLabel('Amount').fill('12.50')
  await page.getByLabel('Payable from').fill(farOff)
  await page.getByRole('button', { name: 'Look at what it changes' }).click()
  await expect(page.getByText('Pending until 1 Jan 2099.')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Reason').fill(reason)
  await page.getByRole('button', { name: 'Give the credit' }).click()
  await expect(page.getByRole('row', { name: reason })).toContainText('12.50')
  await page.getByLabel('A new note').fill(`Asked for a banner. ${reason}`)
  await page.getByRole('button', { name: 'Keep the note' }).click()
  await expect(page.getByText(`Asked for a banner. ${reason}`)).toBeVisible()
  await page.getByLabel('A new note').fill(`Got the banner. ${reason}`)
  await page.getByRole('button', { name: 'Keep the note' }).click()
  await expect(page.getByText(`Got the banner. ${reason}`)).toBeVisible()
  await expectAccessible(page)
})

test('the programme’s colour is refused where it is none, and its form can be read', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/programme')
  await page.getByLabel('Colour').fill('teal-ish')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('A colour such as #0b5c70 is wanted.')).toBeVisible()
  await expectAccessible(page)
})
