import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './axe'
import { enrol, mailedLink, newAddress, signInAs } from './people'

/** Somebody pays with AHMET5. @returns the payment, once it is settled */
async function pay(page: Page): Promise<string> {
  await page.goto('/sandbox')
  await page.getByLabel('E-mail address').fill(newAddress('buyer'))
  await page.getByLabel('Code', { exact: true }).fill('AHMET5')
  await page.getByRole('button', { name: /^Pay/ }).first().click()
  await expect(page).toHaveURL(/payment=pi_/)
  return new URL(page.url()).searchParams.get('payment') ?? ''
}

async function openWhenThere(page: Page, path: string): Promise<void> {
  await expect(async () => {
    expect((await page.goto(path))?.status()).toBe(200)
  }).toPass({ timeout: 30_000 })
}

/** The same form open twice; the second is sent after the first has changed what it is about. */
async function decideTwice(first: Page, second: Page, button: string): Promise<void> {
  await second.goto(first.url())
  for (const page of [first, second]) {
    const form = page.locator('form').filter({ has: page.getByRole('button', { name: button, exact: true }) })
    await form.getByLabel('Reason').fill(page === first ? 'I was the first' : 'I was too late')
    await form.getByRole('button', { name: button, exact: true }).click()
    if (page === first) await expect(page).toHaveURL(/done=yes/)
  }
}

test('a form that somebody else’s decision has overtaken says so where it stands, and does nothing', async ({
  page,
  context,
}) => {
  test.setTimeout(120_000)
  const paymentId = await pay(page)
  await signInAs(page, 'administrator')
  const late = await context.newPage()

  await openWhenThere(page, `/admin/anomalies/${paymentId}?decide=hold`)
  await decideTwice(page, late, 'Hold it')
  await expect(late.getByText('Somebody else has decided this meanwhile.')).toBeVisible()
  await expect(late.getByLabel('Reason')).toHaveValue('I was too late')
  await expectAccessible(late)
  await late.reload()
  await expect(late.getByText(/On this payment stands “hold”.*I was the first/)).toBeVisible()

  await page.goto(`/admin/commissions/${paymentId}`)
  await page.getByRole('link', { name: 'Attribute by hand' }).click()
  await page.getByLabel('Name, handle or e-mail address').fill('sofia')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('link', { name: 'Theirs' }).first().click()
  await expect(page.getByRole('button', { name: 'Attribute', exact: true })).toBeVisible()
  await decideTwice(page, late, 'Attribute')
  await expect(late.getByText('Whose customer this is has changed since this page was opened.')).toBeVisible()

  await page.goto('/admin/terms')
  const group = `Overtaken ${crypto.randomUUID().slice(0, 6)}`
  await page.getByLabel('A new group').fill(group)
  await page.getByRole('button', { name: 'Add the group' }).click()
  await expect(page.getByRole('heading', { name: group })).toBeVisible()
  await page.getByRole('link', { name: 'Change the terms' }).click()
  await page.getByLabel('Hold in days').fill('14')
  await page.getByRole('button', { name: 'Look at what it would change' }).click()
  await expect(page.getByRole('table', { name: 'What changes' })).toBeVisible()
  await decideTwice(page, late, 'Change the terms')
  await expect(late.getByText('Somebody else has changed these terms meanwhile.')).toBeVisible()
})

test('a day that has passed is refused beside its field', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/affiliates?q=sofia')
  await page.getByRole('link', { name: 'Sofia Lindholm' }).click()
  await page.getByRole('link', { name: 'Credit or debit' }).click()
  await page.getByLabel('Amount').fill('12.50')
  await page.getByLabel('Payable from').fill('2020-01-01')
  await page.getByRole('button', { name: 'Look at what it changes' }).click()
  await expect(page.getByText('Today or a later day is wanted.')).toBeVisible()
  await expect(page.getByLabel('Payable from')).toHaveAttribute('aria-invalid', 'true')
  await page.goBack()
  await page.goBack()
  await page.getByRole('link', { name: 'Make a further code' }).click()
  await page.getByLabel('Per cent').fill('15')
  await page.getByLabel('Last day').fill('2020-01-01')
  await page.getByRole('button', { name: 'Make the code' }).click()
  await expect(page.getByText('This day has passed.')).toBeVisible()
  await expect(page.getByLabel('Per cent')).toHaveValue('15')
})

test('who has become a viewer meanwhile is told that their role may not, and nothing is done', async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000)
  const address = newAddress('omar')
  await signInAs(page, 'administrator')
  await page.goto('/admin/team')
  await page.getByLabel('E-mail address').fill(address)
  await page.getByLabel('Role', { exact: true }).selectOption('admin')
  await page.getByRole('button', { name: 'Invite' }).click()
  await expect(page.getByText('Invited: the letter is on its way.')).toBeVisible()
  const other = await browser.newPage()
  await other.goto(await mailedLink(other, address, /\/invitation\?token=/))
  await other.getByRole('button', { name: 'Accept and sign in' }).click()
  await enrol(other)
  await other.goto('/admin/affiliates?q=sofia')
  await other.getByRole('link', { name: 'Sofia Lindholm' }).click()
  await other.getByRole('link', { name: 'Suspend', exact: true }).click()
  await other.getByLabel('Reason').fill('I may no longer')

  await page.goto('/admin/team')
  await page.getByRole('link', { name: address }).click()
  await expect(page.getByRole('heading', { level: 1, name: address })).toBeVisible()
  await page.getByLabel('Role', { exact: true }).selectOption('viewer')
  await page.getByRole('button', { name: 'Change the role' }).click()
  await expect(page.getByText('Changed: it counts from their next click on.')).toBeVisible()

  await other.getByRole('button', { name: 'Suspend', exact: true }).click()
  await expect(
    other.getByText('Your role here is viewer: this takes an administrator. Nothing was done.'),
  ).toBeVisible()
  await expectAccessible(other)
  await other.close()
  await page.goto('/admin/affiliates?q=sofia')
  await expect(page.getByRole('row', { name: /Sofia Lindholm/ }).getByText('Active')).toBeVisible()
  await page.goto(`/admin/team`)
  await page.getByRole('link', { name: address }).click()
  await expect(page.getByRole('heading', { level: 1, name: address })).toBeVisible()
  await page.getByRole('button', { name: 'Remove them' }).click()
  await expect(page.getByText('Removed, and signed out everywhere.')).toBeVisible()
})
