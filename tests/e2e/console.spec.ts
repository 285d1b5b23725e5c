import { expect, test } from '@playwright/test'
import { ahmet, signInAs, sofia } from './people'

test('a payment by the affiliate’s own address is found, shown with what is at stake, and cleared with a reason', async ({
  page,
}) => {
  await page.goto('/sandbox')
  await page.getByLabel('E-mail address').fill(ahmet)
  await page.getByLabel('Code', { exact: true }).fill('AHMET5')
  await page.getByRole('button', { name: /^Pay/ }).first().click()
  await expect(page).toHaveURL(/payment=pi_/)
  const paymentId = new URL(page.url()).searchParams.get('payment') ?? ''

  await signInAs(page, 'administrator')
  await expect(async () => {
    const answer = await page.goto(`/admin/anomalies/${paymentId}`)
    expect(answer?.status()).toBe(200)
  }).toPass({ timeout: 20_000 })
  await expect(
    page.getByRole('paragraph').filter({ hasText: 'the buyer’s e-mail address is the affiliate’s own' }),
  ).toBeVisible()
  await page.getByRole('link', { name: 'Clear', exact: true }).click()
  const table = page.getByRole('table', { name: 'What would change' })
  await expect(table.getByRole('row', { name: /Ahmet Yılmaz/ })).toContainText('+')
  await page.getByLabel('Reason').fill('An agency that buys for its clients')
  await page.getByRole('button', { name: 'Clear it' }).click()
  await expect(page.getByText('Decided. The books follow within seconds')).toBeVisible()
  await expect(page.getByText('On this payment stands “clear”')).toBeVisible()

  await page.goto(`/admin/audit?subject=${paymentId}`)
  await expect(page.getByText('Judge payment')).toBeVisible()
  await expect(page.getByText('An agency that buys for its clients')).toBeVisible()
})

test('a decision needs a reason, and keeps nothing without one', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/affiliates?q=sofia')
  await page.getByRole('link', { name: 'Sofia Lindholm' }).click()
  await page.getByRole('link', { name: 'Suspend', exact: true }).click()
  await expect(page.getByText('From now on what their customers pay earns into held')).toBeVisible()
  await page.getByLabel('Reason').fill('   ')
  await page.getByRole('button', { name: 'Suspend' }).click()
  await expect(page.getByText('Say why, in a sentence.')).toBeVisible()
  await expect(page.getByText('Decided.')).toHaveCount(0)
})

test('a code that nobody owns may be given to somebody, after what that would earn was shown', async ({
  page,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/unmatched')
  await page.getByRole('table', { name: 'Unmatched discounts' }).getByRole('link').first().click()
  await expect(page.getByRole('heading', { name: 'Whose code is it?' })).toBeVisible()
  await page.getByLabel('Name, handle or e-mail address').fill('sofia')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'Theirs' }).click()
  const table = page.getByRole('table', { name: 'What would change' })
  await expect(table.getByRole('row', { name: /Sofia Lindholm/ })).toContainText('+')
})

test('an exemption is given with a reason, stands with the affiliate, and is ended', async ({ page }) => {
  await page.goto('/sandbox')
  await page.getByLabel('E-mail address').fill(sofia)
  await page.getByLabel('Code', { exact: true }).fill('SOFIA5')
  await page.getByRole('button', { name: /^Pay/ }).first().click()
  await expect(page).toHaveURL(/payment=pi_/)
  const paymentId = new URL(page.url()).searchParams.get('payment') ?? ''
  await signInAs(page, 'administrator')
  await expect(async () => {
    const answer = await page.goto(`/admin/anomalies/${paymentId}?decide=exempt`)
    expect(answer?.status()).toBe(200)
    await expect(page.getByRole('button', { name: 'Exempt them' })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  await page.getByLabel('Reason').fill('She buys for her clients')
  await page.getByRole('button', { name: 'Exempt them' }).click()
  await expect(page.getByText('Decided. The books follow within seconds')).toBeVisible()

  await page.goto('/admin/affiliates?q=sofia')
  await page.getByRole('link', { name: 'Sofia Lindholm' }).click()
  await expect(page.getByText('“She buys for her clients”')).toBeVisible()
  await page.getByRole('link', { name: /^End it/ }).click()
  await page.getByLabel('Reason').fill('No longer')
  await page.getByRole('button', { name: 'End the exemption' }).click()
  await expect(page).toHaveURL(/done=yes/)
  await expect(page.getByText('“She buys for her clients”')).toHaveCount(0)
})
