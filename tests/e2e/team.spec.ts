import { expect, test } from '@playwright/test'
import { expectAccessible } from './axe'
import { enrol, mailedLink, newAddress, signInAs } from './people'

test('somebody is invited, sets up a second factor, changes roles and is removed', async ({
  page,
  browser,
}) => {
  test.setTimeout(150_000)
  await signInAs(page, 'administrator')
  const address = newAddress('omar')
  await page.goto('/admin/team')
  await page.getByLabel('E-mail address').fill('omar')
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByText('This is not an e-mail address.')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('E-mail address').fill(address)
  await page.getByLabel('Role', { exact: true }).selectOption('viewer')
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByText('Invited: the letter is on its way.')).toBeVisible()
  await expect(page.getByRole('button', { name: `Send again to ${address}` })).toBeVisible()

  const other = await browser.newPage()
  const link = await mailedLink(other, address, /\/invitation\?token=/)
  await other.goto(link)
  await expectAccessible(other)
  await other.getByRole('button', { name: 'Accept and sign in' }).click()
  await expect(other).toHaveURL(/\/admin\/second-factor/)
  await other.goto('/admin/affiliates')
  await expect(other).toHaveURL(/\/admin\/second-factor/)
  await enrol(other)
  await expectAccessible(other)
  await other.getByRole('link', { name: 'Go on' }).click()
  await expect(other).toHaveURL(/\/admin$/)

  await other.goto('/admin/team')
  await expect(other.getByRole('button', { name: 'Invite' })).toHaveCount(0)
  await expectAccessible(other)
  await other.goto(link)
  await expect(other.getByText('This invitation is good for nothing any more')).toBeVisible()

  await page.goto('/admin/team')
  await page.getByRole('link', { name: address }).click()
  await expect(page.getByRole('heading', { level: 1, name: address })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Role', { exact: true }).selectOption('admin')
  await page.getByRole('button', { name: 'Change the role' }).click()
  await expect(page.getByText('Changed: it counts from their next click on.')).toBeVisible()
  await other.goto('/admin/team')
  await expect(other.getByRole('button', { name: 'Invite' })).toBeVisible()

  await page.getByRole('button', { name: 'Remove them' }).click()
  await expect(page.getByText('Removed, and signed out everywhere.')).toBeVisible()
  await other.goto('/admin')
  await expect(other).toHaveURL(/\/sign-in/)
  await other.close()

  await page.goto(`/admin/audit?action=administrator`)
  await expect(page.locator('main')).toContainText('Remove administrator')
  await expectAccessible(page)
})

test('an administrator sees a portal as its affiliate does, and can change nothing there', async ({
  page,
}) => {
  test.setTimeout(90_000)
  await signInAs(page, 'administrator')
  await page.goto('/admin/affiliates')
  const link = page.getByRole('rowheader').first().getByRole('link')
  const name = (await link.textContent()) ?? ''
  await link.click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await page.getByRole('button', { name: 'See their portal' }).click()
  await expect(page).toHaveURL(/\/portal$/)
  const banner = page.getByRole('complementary', { name: 'Looking only' })
  await expect(banner).toContainText(`You see the portal as ${name} does.`)
  await expectAccessible(page)
  await page.goto('/portal/settings')
  await page.getByLabel('Name', { exact: true }).fill('Somebody else')
  await page.getByRole('button', { name: 'Save' }).first().click()
  await expect(page.getByText('You only look at this portal: nothing can be changed in it.')).toBeVisible()
  await banner.getByRole('button', { name: 'Stop looking' }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await page.goto('/portal')
  await expect(page).toHaveURL(/\/admin$/)
  await page.goto('/admin/audit?action=portal_view')
  await expect(page.locator('main')).toContainText('End portal view')
})

test('an API key is shown once, opens the API, and opens nothing once it is revoked', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/team')
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'Make a key' }).click()
  await expect(page.getByText('What is it for?')).toBeVisible()
  const name = `warehouse ${Date.now()}`
  await page.getByLabel('What it is for').fill(name)
  await page.getByRole('button', { name: 'Make a key' }).click()
  const shown = page.getByText(/^trb_\w+$/)
  await expect(shown).toBeVisible()
  await expectAccessible(page)
  const asked = { headers: { Authorization: `Bearer ${await shown.textContent()}` } }
  expect((await page.request.get('/api/v1/affiliates', asked)).status()).toBe(200)
  await page.goto('/admin/team/keys')
  await expect(shown).toHaveCount(0)
  await page.getByRole('button', { name: `Revoke ${name}` }).click()
  await expect(page.getByText('it opens nothing any more')).toBeVisible()
  expect((await page.request.get('/api/v1/affiliates', asked)).status()).toBe(401)
})
