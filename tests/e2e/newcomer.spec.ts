import { expect, test, type Page } from '@playwright/test'
import { ahmet, newAddress, signInByMail } from './people'

/** From the moment of paying to the commission on the screen. */
const promptly = { timeout: 2000 }

async function payMonthly(page: Page, email: string): Promise<string> {
  await page.goto('/sandbox')
  await page.getByRole('radio', { name: /Pro, monthly/ }).check()
  await page.getByLabel('Code').fill('AHMET5')
  await page.getByLabel('Name').fill('Ada Moreau')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByText('Set Stripe’s fee').click()
  await page.getByLabel('Fee', { exact: true }).fill('3.55')
  await page.getByRole('button', { name: 'Pay with the test card' }).click()
  await page.waitForURL(/payment=pi_/)
  return new URL(page.url()).searchParams.get('payment') ?? ''
}

/** A line of the slip: its label, then its value. */
async function expectStep(page: Page, label: string | RegExp, value: string): Promise<void> {
  const step = page.getByRole('listitem').filter({ has: page.getByText(label, { exact: true }) })
  await expect(step.filter({ hasText: value }).first()).toBeVisible()
}

test('an annual plan earns in twelve instalments', async ({ page }) => {
  await page.goto('/sandbox')
  await page.getByRole('radio', { name: /Pro, annual/ }).check()
  await page.getByLabel('Code').fill('ahmet5')
  await page.getByLabel('E-mail address').fill(newAddress('annual'))
  await page.getByText('Set Stripe’s fee').click()
  await page.getByLabel('Fee', { exact: true }).fill('8.29')
  await page.getByRole('button', { name: 'Pay with the test card' }).click()
  await page.waitForURL(/payment=pi_/)
  await expect(page.locator('#purchase').getByText('$53.44', { exact: true })).toBeVisible(promptly)
  await page.getByRole('button', { name: /See it in/ }).click()
  const instalments = page.getByRole('table', { name: 'Instalments' }).getByRole('row')
  await expect(instalments).toHaveCount(13)
  await expect(instalments.filter({ hasText: '$4.46' })).toHaveCount(4)
  await expect(instalments.filter({ hasText: '$4.45' })).toHaveCount(8)
})

test('a code that does not exist is an error beside its field, and what was typed stays', async ({
  page,
}) => {
  await page.goto('/sandbox')
  await page.getByLabel('Code').fill('NOBODYS99')
  await page.getByLabel('Name').fill('Grace Kaya')
  await page.getByRole('button', { name: 'Pay with the test card' }).click()
  await expect(page.getByLabel('Code')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel('Code')).toHaveValue('NOBODYS99')
  await expect(page.getByLabel('Name')).toHaveValue('Grace Kaya')
  await expect(page).not.toHaveURL(/payment=/)
})

// The last of the file: after a month has passed, the worker has its renewals to settle first.
test('a newcomer signs in, pays with a code, gives half back, lets a month pass, and sees each of it', async ({
  page,
}) => {
  // The clock takes the whole demo a month further.
  test.setTimeout(180_000)

  await test.step('signs in as Ahmet by an e-mailed link', async () => {
    await signInByMail(page, ahmet, async () => {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail address').fill(ahmet)
      await page.getByRole('button', { name: 'E-mail me a link' }).click()
      await expect(page.getByText('a link is on its way')).toBeVisible()
    })
    await expect(page).toHaveURL(/\/portal$/)
    await expect(page.getByText('AHMET5', { exact: true })).toBeVisible()
  })

  const email = newAddress('newcomer')
  let payment = ''
  const outcome = page.locator('#purchase')

  await test.step('pays $27.55 a month with AHMET5; $4.80 is there at once', async () => {
    payment = await payMonthly(page, email)
    await expect(outcome.getByText('$4.80', { exact: true })).toBeVisible(promptly)
    await expect(outcome).toContainText('For Ahmet Yılmaz')
  })

  await test.step('finds the arithmetic in the portal', async () => {
    await page.goto('/portal/commissions')
    await page.locator(`a[href="/portal/commissions/${payment}"]`).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Payment of $27.55')
    for (const [label, value] of [
      ['Gross', '$29.00'],
      ['Discount', '−$1.45'],
      ['Total', '$27.55'],
      ['Fee', '$3.55'],
      ['Net', '24'],
      ['Rate', '20 %'],
      ['Commission', '$4.80'],
    ] as const) {
      await expectStep(page, label, value)
    }
  })

  await test.step('gives half back; the commission has a negative line', async () => {
    await page.goto('/sandbox')
    await page.getByRole('button', { name: `Refund half, $13.77, of the payment by ${email}` }).click()
    await page.waitForURL(/payment=pi_/)
    await expect(outcome.getByText('−$2.40', { exact: true })).toBeVisible(promptly)
    await page.goto(`/portal/commissions/${payment}`)
    await expectStep(page, /^Refund re_/, '−$2.40')
    await expectStep(page, 'Remaining', '$2.40')
  })

  await test.step('lets a month pass; the renewal earns without the code being typed', async () => {
    await page.goto('/sandbox')
    const clock = page.locator('section', { hasText: 'Let time pass' }).locator('time')
    const before = await clock.getAttribute('datetime')
    await page.getByRole('button', { name: 'A month: move the clock ahead' }).click()
    await page.waitForURL(/passed=/, { timeout: 120_000 })
    expect(
      Date.parse((await clock.getAttribute('datetime')) ?? '') - Date.parse(before ?? ''),
    ).toBeGreaterThan(27 * 86_400_000)
    await expect(async () => {
      await page.goto('/portal/commissions')
      const newest = page.getByRole('row').filter({ hasText: 'n•••@' }).first()
      await newest.getByRole('link').click({ timeout: 1000 })
      await expect(page).not.toHaveURL(new RegExp(payment), { timeout: 1000 })
      await expectStep(page, 'Commission', '$4.80')
    }).toPass({ timeout: 30_000 })
  })
})
