import { execFileSync } from 'node:child_process'
import { expect, test, type Page } from '@playwright/test'
import { expectAccessible } from './axe'
import { enrol, newAddress, signInAs, signInByMail } from './people'

function tributary(...args: string[]): string {
  const all = ['lib/cli/bootstrap.mjs', 'tributary', ...args, '--json']
  return execFileSync(process.execPath, all, { encoding: 'utf8', stdio: 'pipe' })
}

/** What the server works on may take its time on a busy machine. */
const patiently = { timeout: 20_000 }

/** Pays 75.05 a month, of which 15 are earned. */
async function payForTeam(page: Page): Promise<void> {
  await page.getByRole('radio', { name: /Team, monthly/ }).check()
  await page.getByLabel('E-mail address').fill(newAddress('client'))
  await page.getByText('Set Stripe’s fee').click()
  await page.getByLabel('Fee', { exact: true }).fill('0.05')
  await page.getByRole('button', { name: 'Pay with the test card' }).click()
  await page.waitForURL(/payment=pi_/)
  const earned = page.locator('#purchase').getByText('$15.00', { exact: true })
  await expect(earned).toBeVisible(patiently)
}

/** Drafted by one, approved by another, paid by hand; other affiliates' payouts in it stay approved. */
async function payOut(console: Page, other: Page, name: string, reference: string): Promise<void> {
  const said = tributary('create-admin', newAddress('omar'), '--role', 'finance')
  await other.goto(/https?:\/\/[^\s"]*\/sign-in\/confirm\?[^\s"]*/.exec(said)?.[0] ?? '')
  await other.getByRole('button', { name: 'Sign in' }).click()
  await enrol(other)
  await console.goto('/admin/payouts')
  await console.getByRole('button', { name: 'Draft a run' }).click()
  await expect(console).toHaveURL(/\/admin\/payouts\/run_\w+$/, patiently)
  await other.goto(console.url())
  await other.getByRole('button', { name: /^Approve / }).click()
  await expect(other.getByText(/Approved by omar\./)).toBeVisible(patiently)
  await other.getByRole('table', { name: 'Payouts' }).getByRole('link', { name }).click()
  await other.getByLabel('Reference').fill(reference)
  await other.getByRole('button', { name: 'Mark as paid' }).click()
  await expect(other.locator('main').getByText('Paid', { exact: true }).first()).toBeVisible(patiently)
}

test.use({ actionTimeout: 30_000 })

test('from signing up to the statement of the first payout', async ({ page, browser }) => {
  test.setTimeout(240_000)
  const handle = `S${crypto.randomUUID().replaceAll('-', '').slice(0, 9)}`
  const name = `Selin ${handle.slice(1)}`
  const email = newAddress('selin')
  const code = `${handle.toUpperCase()}5`

  await test.step('joins, confirms the address, and has a code that works', async () => {
    await signInByMail(page, email, async () => {
      await page.goto('/join')
      await page.getByLabel('Name').fill(name)
      await page.getByLabel('Handle').fill(handle)
      await page.getByLabel('E-mail address').fill(email)
      await page.getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Get my code' }).click()
      await expect(page.getByRole('heading', { name: 'Check your mail' })).toBeVisible()
    })
    await expect(page).toHaveURL(/\/portal$/)
    await expect(page.getByText(code, { exact: true })).toBeVisible()
    await expect(async () => {
      await page.reload()
      await expect(page.getByText('Works', { exact: true })).toBeVisible({ timeout: 1000 })
    }).toPass({ timeout: 20_000 })
  })

  await test.step('says where the money is to go', async () => {
    await page.goto('/portal/payouts/details')
    await page.getByRole('radio', { name: 'PayPal' }).check()
    await page.getByLabel('E-mail address').fill(email)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Your payout details are saved.')).toBeVisible()
  })

  const console = await browser.newPage()
  await test.step('the programme pays her without a hold', async () => {
    await signInAs(console, 'administrator')
    await console.goto(`/admin/affiliates?q=${handle}`)
    const href = await console.getByRole('link', { name }).getAttribute('href')
    tributary('terms', 'set', 'hold_days=0', '--affiliate', href?.split('/').pop() ?? '')
  })

  // A browser without a screen is taken for a machine, and machines are no visitors.
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'
  const customer = await browser.newPage({ userAgent })
  await test.step('a visitor follows her link, buys, and others type the code', async () => {
    await customer.goto(`/r/${code}`)
    await expect(customer).toHaveURL(/\/sandbox\?.*code=/)
    await payForTeam(customer)
    for (let more = 0; more < 3; more++) {
      await customer.goto('/sandbox')
      await customer.getByLabel('Code', { exact: true }).fill(code)
      await payForTeam(customer)
    }
    await customer.close()
  })

  await test.step('she sees what it earned, and the visit', async () => {
    await page.goto('/portal/commissions')
    await expect(page.getByRole('table').getByText('$15.00')).toHaveCount(4)
    await page.goto('/portal')
    await expect(page.getByText('$60.00').first()).toBeVisible()
    await expect(page.getByText('is reached')).toBeVisible()
    await page.goto('/portal/links')
    await expect(page.getByLabel('What came of it: Your code’s own link')).toContainText('Visits1')
  })

  await test.step('she is paid, and told so', async () => {
    const other = await browser.newPage()
    await payOut(console, other, name, '8XK41177PL5123456')
    await other.close()
    await page.goto('/dev/mail')
    const letter = page.locator('section', { hasText: `To ${email}` })
    await expect(letter.getByText('$60.00 is on its way to you').first()).toBeVisible()
  })

  await test.step('the statement adds up, as she writes numbers, on the page and in the files', async () => {
    await page.goto('/portal/settings')
    await page.getByLabel('Written like').selectOption({ label: '1.234,56\u00a0€, 21.11.2026' })
    await page
      .locator('form')
      .filter({ has: page.getByLabel('Written like') })
      .getByRole('button')
      .click()
    await expect(page.getByText('Numbers and dates are written like that from now on.')).toBeVisible()
    await page.goto('/portal/payouts')
    await page.getByRole('table', { name: 'Your payouts' }).getByRole('link').click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Payout of 60,00\u00a0$')
    const lines = page.getByRole('table', { name: 'What the payout is made of' })
    await expect(lines.getByText('+15,00\u00a0$')).toHaveCount(4)
    await expect(page.locator('dl').last()).toContainText('60,00\u00a0$')
    await expectAccessible(page)
    const pdf = await page.request.get(`${page.url()}/statement.pdf`)
    expect(pdf.headers()['content-type']).toBe('application/pdf')
    const csv = await (await page.request.get(`${page.url()}/statement.csv`)).text()
    expect(csv.match(/,15\.00,USD/g)).toHaveLength(4)
    expect(csv).toMatch(/payout,pay_\w+,.*,60\.00,USD/)
  })

  await test.step('and is forgotten when she asks for it: the lines stay, the name goes', async () => {
    await console.goto(`/admin/affiliates?q=${handle}`)
    await console.getByRole('link', { name }).click()
    await console.getByRole('link', { name: 'Close', exact: true }).click()
    await console.getByLabel('Reason').fill('She asked for it')
    await console.getByRole('button', { name: 'Close' }).click()
    await console.getByRole('link', { name: 'What it would mean' }).click()
    await expect(console.getByText('Every line and sum, under an id that leads to nobody')).toBeVisible()
    await console.getByLabel('Reason').fill('She asked for it')
    await console.getByRole('button', { name: 'Forget them for good' }).click()
    await expect(console.getByRole('heading', { level: 1 })).toHaveText('Forgotten', patiently)
    await expect(console.locator('main')).not.toContainText(name)
    await expect(console.locator('main')).toContainText('$60.00')
    await console.close()
    await page.goto('/portal')
    await expect(page).toHaveURL(/\/sign-in/)
  })
})
