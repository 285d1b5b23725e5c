import { expect, test } from '@playwright/test'
import { expectAccessible } from './axe'
import { newAddress, signInAs } from './people'

/** A name of this run's own, which can be a handle too: the projects share one instance. */
const newName = (word: string) => `${word}${crypto.randomUUID().replaceAll('-', '').slice(0, 8)}`

test('a file of another product is named, checked and taken in, with what is owed', async ({ page }) => {
  const [one, two] = [newName('Ida'), newName('Ole')]
  // Payable long after every run that another story drafts on this instance.
  const csv = [
    'First Name,Last Name,Email,Token,Unpaid,Opening payable on',
    `${one},Berg,${newAddress('ida')},${one},"$1,234.56",2190-01-01`,
    `${two},Dahl,${newAddress('ole')},${two},,`,
    `Odd,One,no address,${newName('Odd')},$5,`,
  ].join('\r\n')
  await signInAs(page, 'administrator')
  await page.goto('/admin/imports')
  await expectAccessible(page)
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'rewardful.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
  await page.getByRole('button', { name: 'Read and check it' }).click()
  await expect(page.getByText('This looks like an export of Rewardful.')).toBeVisible()
  await expectAccessible(page)
  const nameAs = async (product: string) => {
    await page.getByLabel('Named as in an export of').selectOption(product)
    await page.getByRole('button', { name: 'Name them so' }).click()
    await page.waitForURL(new RegExp(`as=${product}`))
  }
  await nameAs('Dub')
  await expect(page.getByLabel('Handle')).toHaveValue('')
  await nameAs('Rewardful')
  await expect(page.getByLabel('Handle')).toHaveValue('Token')
  await page.getByRole('button', { name: 'Check every row' }).click()
  await expect(page.getByText('Which column has the currency of the balances?')).toBeVisible()
  await page.getByLabel('Currency of the balance').selectOption('All in US dollars')
  await page.getByRole('button', { name: 'Check every row' }).click()
  await expect(page.getByText('Opening balances come to $1,234.56.')).toBeVisible()
  await expect(page.getByText('2 new affiliates, 0 known already')).toBeVisible()
  await expect(page.getByText('email: This is not an e-mail address.')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Take in 2 rows' }).click()
  await expect(page.getByText('2 rows taken in; 1 row is refused.')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('progressbar')).toHaveAttribute('value', '2')
  await page.getByRole('link', { name: one }).click()
  await expect(page.getByRole('heading', { name: `${one} Berg` })).toBeVisible()
})

test('what Stripe has of the past is looked at before it is brought in', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/imports')
  await page.getByRole('link', { name: 'What Stripe has of the past' }).click()
  await page.getByLabel('Since which day').fill('2020-01-01')
  await page.getByRole('button', { name: 'Ask Stripe' }).click()
  await expect(page.getByText('reconcile --since 2020-01-01')).toBeVisible()
  await expect(page.getByRole('link', { name: 'AHMET', exact: true })).toBeVisible()
  await expectAccessible(page)
  // Not pressed: the projects share one instance, and a sweep would slow the other stories.
  await expect(page.getByRole('button', { name: 'Bring it in' })).toBeVisible()
})
