import { expect, test } from '@playwright/test'
import { expectAccessible } from './axe'
import { signInAs } from './people'

test.setTimeout(120_000)

test('an affiliate reads customers, commissions and payouts, takes the CSV along, and all of it is accessible', async ({
  page,
}) => {
  await signInAs(page, 'affiliate')
  await page.goto('/portal/customers?sort=earned')
  const customers = page.getByRole('table', { name: 'Your customers' })
  await expect(customers.getByRole('row').nth(1)).toContainText('•••@')
  await expectAccessible(page)
  await customers.getByRole('row').nth(1).getByRole('link').click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Commissions of')
  await page.goto('/portal/commissions')
  await expectAccessible(page)
  const csv = await page.request.get('/portal/commissions/commissions.csv')
  expect(csv.headers()['content-type']).toContain('text/csv')
  expect((await csv.text()).split('\r\n').length).toBeGreaterThan(20)
  for (const path of ['/portal/payouts', '/portal/payouts/details', '/portal/settings', '/portal/terms']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expectAccessible(page)
  }
})

test('a stranger’s payout is not there, as page and as file', async ({ page }) => {
  await signInAs(page, 'affiliate')
  for (const path of ['', '/statement.pdf', '/statement.csv']) {
    const answer = await page.request.get(`/portal/payouts/pay_00000000000000000000${path}`)
    expect(answer.status(), path).toBe(404)
  }
})

test('wrong payout details say so at the field and keep what was typed', async ({ page }) => {
  await signInAs(page, 'affiliate')
  await page.goto('/portal/payouts/details')
  await page.getByLabel('PayPal').check()
  await page.getByLabel('E-mail address').fill('no address')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('An e-mail address is wanted.')).toBeVisible()
  await expect(page.getByLabel('E-mail address')).toHaveValue('no address')
  await expect(page.getByLabel('PayPal')).toBeChecked()
})
