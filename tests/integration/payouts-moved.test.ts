import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { drain } from '@/lib/intake/drain'
import { listDebts } from '@/lib/payouts/debt-queries'
import { markPaid } from '@/lib/payouts/mark-paid'
import { writeOffDebt } from '@/lib/payouts/settle-debts'
import { buy, deliver, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import {
  accountsOf,
  brokenInvariants,
  draftAndApprove,
  newColleague,
  payByPaypal,
  payoutsOf,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let berta: string
let omar: Colleague
let paymentId: string
const admin = { kind: 'api_key', id: 'key_1', scope: 'admin' } as const
const now = new Date('2026-04-15T09:00:00Z')
const at = () => ({ db: books.db, now })
const settle = () => drain(books.db, books.stripe, 30_000)
const debts = async () =>
  (await listDebts(omar, '2026-04-15', { limit: 10 }, books.db)).debts.map((debt) => [
    debt.affiliateId,
    debt.debtMinor,
  ])

/** The customer came by Berta's code, which is heard of only after Ahmet was paid for them. */
beforeEach(async () => {
  books = await openBooks()
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  const person = { handle: 'Berta', displayName: 'Berta Blum', email: 'berta@example.org' }
  berta = await newAffiliate(books.db, books.stripe, person)
  omar = await newColleague(books.db, 'omar')
  await payByPaypal(books.db, books.ahmet, 'ahmet@example.com')
})
afterEach(() => books.close())

async function payWhatIsDue(): Promise<void> {
  const runId = await draftAndApprove(
    books.db,
    { drafts: await newColleague(books.db, 'ines'), approves: omar },
    now,
  )
  for (const { id } of await payoutsOf(books.db, runId))
    await markPaid(omar, { payoutId: id, reference: id }, at())
}

async function buyAMonth(): Promise<void> {
  const bought = await buy(books.stripe, { amount: 300_000, interval: 'month', code: 'AHMET5', fee: 0 })
  paymentId = bought.paymentId
}

describe('after a payout', () => {
  it('earlier evidence that arrives late moves the customer, and leaves the first affiliate a debt to be written off', async () => {
    const { stripe, sandbox } = books
    const customer = await stripe.customers.create({
      email: 'late@example.com',
      metadata: { affiliate_id: berta },
    })
    const late = sandbox.events()
    sandbox.advance(86_400)
    const [code] = (await stripe.promotionCodes.list({ code: 'AHMET5' })).data
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 300_000,
      recurring: { interval: 'month' },
      product_data: { name: 'Pro' },
    })
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: 'pm_card_visa',
      discounts: [{ promotion_code: String(code?.id) }],
    })
    const told = sandbox.events().filter(({ id }) => !late.some((event) => event.id === id))
    // Changing a customer shows their metadata again: all that is left out here is what says so.
    await deliver(
      books,
      told.filter(({ type }) => !type.startsWith('customer.created') && !type.startsWith('customer.updated')),
    )
    await settle()
    const earned = (await accountsOf(books.db, books.ahmet))['usd earned'] ?? 0n
    expect(earned).toBeGreaterThan(50_000n)
    await payWhatIsDue()
    expect(await debts()).toEqual([])
    await deliver(books, late)
    await settle()
    expect(await accountsOf(books.db, berta)).toMatchObject({ 'usd earned': earned })
    expect(await debts()).toEqual([[books.ahmet, earned]])
    const debt = { affiliateId: books.ahmet, currency: 'usd', amountMinor: earned, seenMinor: earned }
    await writeOffDebt(omar, { ...debt, reason: 'not their fault' }, at())
    expect(await debts()).toEqual([])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('a void is a debt, and its lifting takes that back', async () => {
    await buyAMonth()
    await deliverAll(books)
    await payWhatIsDue()
    const paid = await accountsOf(books.db, books.ahmet)
    await judgePayment(admin, { paymentId, decision: 'void', reason: 'own purchase' }, books.db)
    await settle()
    expect((await accountsOf(books.db, books.ahmet))['usd earned']).toBe(-57_000n)
    const lift = { subject: { kind: 'payment', id: paymentId }, reason: 'it was not' } as const
    await liftVerdict(admin, lift, books.db)
    await settle()
    expect(await accountsOf(books.db, books.ahmet)).toEqual(paid)
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('a refund is a debt, and where it fails there is none', async () => {
    await buyAMonth()
    await deliverAll(books)
    await payWhatIsDue()
    const paid = await accountsOf(books.db, books.ahmet)
    const refund = await books.stripe.refunds.create({ payment_intent: paymentId })
    await deliverAll(books)
    expect((await accountsOf(books.db, books.ahmet))['usd earned']).toBe(-57_000n)
    await books.stripe.rawRequest('POST', `/v1/test_helpers/sandbox/refunds/${refund.id}/move`, {
      to: 'failed',
    })
    await deliverAll(books)
    expect(await accountsOf(books.db, books.ahmet)).toEqual(paid)
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})
