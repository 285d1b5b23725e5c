import { expect, test } from '@playwright/test'
import { expectAccessible } from './axe'
import { signInAs } from './people'

test('a payment is found by a code, read with its events, and settled again to the same', async ({
  page,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/commissions')
  await page.getByLabel('Stripe id, code or affiliate').fill('AHMET5')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page).toHaveURL(/q=AHMET5/)
  const rows = page.locator('a.row-link')
  await expect(rows).toHaveCount(25)
  await expectAccessible(page)
  await rows.first().click()
  await expect(page.getByRole('table', { name: 'Events of this payment' })).toContainText('invoice.paid')
  await page.getByRole('button', { name: 'Settle again' }).click()
  await expect(page.getByText('the answer is the same, and no line was written')).toBeVisible()
  await expect(page.getByText('Settle again payment').first()).toBeVisible()
  await expectAccessible(page)
  const paymentId = /pi_\w+/.exec(page.url())?.[0] ?? ''
  await page.goto(`/admin/commissions?q=${paymentId}`)
  await expect(rows).toHaveCount(1)
})

test('a list is read with the keyboard, there and back, and is the same as a file', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/customers')
  const rows = page.locator('a.row-link')
  const first = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('href')))
  await rows.first().focus()
  await page.keyboard.press('ArrowDown')
  await expect(rows.nth(1)).toBeFocused()
  await page.keyboard.press('End')
  await expect(rows.last()).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/cursor=/)
  await page.getByRole('link', { name: 'Newer' }).click()
  await expect
    .poll(() => rows.evaluateAll((all) => all.map((row) => row.getAttribute('href'))))
    .toEqual(first)
  const href = await page.getByRole('link', { name: 'As CSV' }).getAttribute('href')
  const file = await page.request.get(href ?? '')
  expect(file.headers()['content-type']).toContain('text/csv')
  const [head, ...lines] = (await file.text()).trim().split('\r\n')
  expect(head).toContain('id,email,affiliate')
  expect(lines.slice(0, first.length).map((line) => line.split(',')[0])).toEqual(
    first.map((path) => path?.split('/').at(-1)),
  )
  await expectAccessible(page)
})

test('the head of a column orders a list, the other way round when it is followed again', async ({
  page,
}) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/commissions?status=settled')
  const head = page.getByRole('columnheader', { name: 'Commission' })
  await head.getByRole('link').click()
  await expect(page).toHaveURL(/status=settled&order=largest$/)
  await expect(head).toHaveAttribute('aria-sort', 'descending')
  await expect(page.getByLabel('Order')).toHaveValue('largest')
  await expectAccessible(page)
  await head.getByRole('link').click()
  await expect(page).toHaveURL(/order=smallest/)
  await expect(head).toHaveAttribute('aria-sort', 'ascending')
  await page.getByRole('link', { name: 'Next' }).click()
  await expect(page).toHaveURL(/order=smallest&cursor=/)
  await page.getByRole('columnheader', { name: 'Paid on' }).getByRole('link').click()
  await expect(page).toHaveURL(/commissions\?status=settled$/)
})

test('several payments are judged together, with what that costs, and it is undone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await signInAs(page, 'administrator')
  await page.goto('/admin/anomalies?rule=paid_before_code')
  const boxes = page.getByRole('checkbox')
  await boxes.nth(0).check()
  await boxes.nth(1).check()
  await page.getByRole('button', { name: 'Decide on the chosen ones together' }).click()
  await expect(page.getByText('2 payments are chosen')).toBeVisible()
  await page.getByRole('link', { name: 'Hold all' }).click()
  await expect(page.getByText('2 payments would be settled anew')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Reason').fill('To be asked on the phone')
  await page.getByRole('button', { name: 'Hold all of them' }).click()
  await expect(page.getByText('Decided. The books follow within seconds.')).toBeVisible()
  await page.getByRole('link', { name: 'Undo' }).click()
  await page.getByLabel('Reason').fill('They were right')
  await page.getByRole('button', { name: 'Take the verdicts back' }).click()
  await expect(page.getByText('Decided. The books follow within seconds.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Undo' })).toHaveCount(0)
})

test('the inbox says how the webhook does, and is narrowed by type', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/events')
  await expect(page.getByRole('region', { name: 'The webhook' })).toContainText('In the ledger after')
  await page.getByLabel('Type').selectOption('invoice.paid')
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page).toHaveURL(/type=invoice.paid/)
  const rows = page.getByRole('table', { name: 'Events' }).getByRole('row')
  await expect(rows.filter({ hasText: 'charge.succeeded' })).toHaveCount(0)
  await expect(rows.nth(1)).toContainText('invoice.paid')
  await expectAccessible(page)
})

test('an affiliate is found by their code and their whole story is told', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/affiliates')
  await page.getByLabel('Name, handle, e-mail address or code').fill('ahmet5')
  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByRole('link', { name: 'Ahmet Yılmaz' }).click()
  await page.getByRole('link', { name: 'Their whole story' }).click()
  await expect(page.getByRole('figure', { name: 'Earnings by month in USD' })).toBeVisible()
  const story = page.getByRole('list').filter({ hasText: 'Joined' })
  await expect(story).toContainText('The code AHMET5 was made')
  await expect(story).toContainText('The first customer came')
  await expectAccessible(page)
})

test('the first page says what falls due when, and what a customer brings and costs', async ({ page }) => {
  await signInAs(page, 'administrator')
  await expect(page.getByRole('region', { name: 'Due in USD' })).toContainText('$')
  await expect(page.getByText(/paid by each of \d+ customers/)).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Are the books true?' })).toBeVisible()
  await expectAccessible(page)
})

test('every list of the console comes as a file, the short ones too', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/affiliates')
  const story = `${await page.locator('a.row-link').first().getAttribute('href')}/story`
  const lists = {
    '/admin/codes/batches': 'id,file,state',
    '/admin/codes/house': 'id,code,reason',
    '/admin/codes/reserved': 'word,anywhere,reason',
    '/admin/imports': 'id,file,state',
    '/admin/sweep/all': 'id,begun_by,started_at',
    '/admin/sweep/lost': 'affiliate,affiliate_name,not_earned',
    '/admin/team': 'id,email,role',
    [story]: 'at,kind,what',
  }
  for (const [path, head] of Object.entries(lists)) {
    await page.goto(path)
    const href = await page.getByRole('link', { name: 'As CSV' }).getAttribute('href')
    const file = await page.request.get(href ?? '')
    expect((await file.text()).startsWith(head), `${path} as ${href}`).toBe(true)
    expect(file.headers()['content-type']).toContain('text/csv')
    await expectAccessible(page)
  }
})

test('a reserved word is found by a part of it, and what is not there is said', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/admin/codes/reserved?q=nothing-is-called-so')
  await expect(page.getByText('No word like this')).toBeVisible()
  await page.getByRole('link', { name: 'Show all' }).click()
  await expect(page).toHaveURL(/reserved$/)
})
