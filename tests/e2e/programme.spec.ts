import { expect, test } from '@playwright/test'
import { expectAccessible } from './axe'

test('the programme page shows the terms, and works out what a plan would earn', async ({ page }) => {
  await page.goto('/')
  for (const heading of ['What counts', 'What is taken back', 'What is not allowed'])
    await expect(page.getByRole('heading', { name: heading })).toBeVisible()
  await expect(page.getByText('the code counts')).toBeVisible()
  const calculator = page.locator('#calculator')
  await calculator.getByLabel('Plan').selectOption({ label: 'Larkspur Pro, $29.00 a month' })
  await calculator.getByLabel('Customers').fill('100')
  await calculator.getByRole('button', { name: 'Work it out' }).click()
  // 20 % of 29.00 less 5 %, less 2.9 % and 0.30; a hundred times.
  await expect(calculator.getByText('$529.00', { exact: true })).toBeVisible()
  await expect(calculator.getByText('$6,348.00', { exact: true })).toBeVisible()
  await expect(calculator.getByLabel('Customers')).toHaveValue('100')
  await expectAccessible(page)
})

test('what is no number of customers is said beside the field', async ({ page }) => {
  await page.goto('/?customers=many#calculator')
  await expect(page.getByLabel('Customers')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel('Customers')).toHaveValue('many')
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('the calculator works as well', async ({ page }) => {
    await page.goto('/')
    await page.getByLabel('Customers').fill('1')
    await page.getByRole('button', { name: 'Work it out' }).click()
    await expect(page.getByText('One customer would earn you about')).toBeVisible()
  })
})

test('a handle is looked up while it is typed, and free ones are offered', async ({ page }) => {
  await page.goto('/join')
  await expectAccessible(page)
  await page.getByLabel('Handle').fill('Ahmet')
  await expect(page.getByText('Ahmet is taken')).toBeVisible()
  await page.getByRole('button', { name: 'GoAhmet', exact: true }).click()
  await expect(page.getByText('It is free.')).toBeVisible()
  await expect(page.getByText('GOAHMET5')).toBeVisible()
})
