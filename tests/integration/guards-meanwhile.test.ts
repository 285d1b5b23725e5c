import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect, type Connection } from '@/db'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { forgetAffiliate } from '@/lib/erasure/forget-affiliate'
import { forgetCustomer } from '@/lib/erasure/forget-customer'
import { reverseOffStripePayment } from '@/lib/intake/reverse-off-stripe-payment'
import { lockForSettling } from '@/lib/ledger/decision-lock'
import { approvePayoutRun } from '@/lib/payouts/approve-payout-run'
import { markPaid } from '@/lib/payouts/mark-paid'
import { markReturned } from '@/lib/payouts/mark-returned'
import { setOffDebt, writeOffDebt } from '@/lib/payouts/settle-debts'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { voidApproval } from '@/lib/payouts/void-approval'
import { holdOpen, somebodyWaits } from '@/tests/support/at-once'
import { openBooks, type Books } from '@/tests/support/books'
import { newColleague, type Colleague } from '@/tests/support/payouts'

let books: Books
let settling: Connection
let omar: Colleague
beforeAll(async () => {
  books = await openBooks()
  settling = connect(books.database.url, { max: 1 })
  omar = await newColleague(books.db, 'omar')
})
afterAll(async () => {
  await settling.close()
  await books.close()
})

const admin = { kind: 'api_key', id: 'key_1', scope: 'admin' } as const
const now = new Date('2026-03-01T09:00:00Z')
const reason = 'said so on the phone'
const at = () => ({ db: books.db, now })
const nobody = { affiliateId: 'aff_none', reason }
const debt = { ...nobody, currency: 'usd', amountMinor: 1n, seenMinor: 1n }

/** About what there is not: each refuses it, once it has seen that. */
const decisions: Record<string, () => Promise<unknown>> = {
  'an attribution by hand': () => attributeByHand(admin, { ...nobody, customerId: 'cus_none' }, books.db),
  'a word on an unmatched code': () =>
    decideUnmatched(
      admin,
      { couponId: 'none' },
      { kind: 'affiliate', affiliateId: 'aff_none', reason },
      books.db,
    ),
  'an exemption': () => exemptAffiliate(admin, { ...nobody, rule: 'own_card', exempt: true }, books.db),
  'a suspension': () => suspendAffiliate(admin, nobody, at()),
  'a reversal outside Stripe': () =>
    reverseOffStripePayment(admin, { paymentId: 'inpay_none', reason }, at()),
  'forgetting an affiliate': () => forgetAffiliate(admin, nobody, books.db),
  'forgetting a customer': () => forgetCustomer(admin, { customerId: 'cus_none', reason }, books.db),
  'an approval': () => approvePayoutRun(omar, { runId: 'run_none', digest: 'x' }, at()),
  'the end of an approval': () => voidApproval(omar, { runId: 'run_none', reason }, at()),
  'taking a payout out': () => takeOutPayout(omar, { payoutId: 'pay_none', reason }, at()),
  'marking a payout as paid': () => markPaid(omar, { payoutId: 'pay_none', reference: 'x' }, at()),
  'marking a payout as returned': () => markReturned(omar, { payoutId: 'pay_none', reason }, at()),
  'writing a debt off': () => writeOffDebt(omar, debt, at()),
  'setting a debt off': () => setOffDebt(omar, { ...debt, fromCurrency: 'eur', rate: '1' }, at()),
}

describe('what is being settled', () => {
  it.each(Object.entries(decisions))('is waited for by %s', async (_, decide) => {
    const settlement = holdOpen(settling.db, lockForSettling)
    await settlement.reached
    let isOver = false
    const decided = decide()
      .catch(() => 'refused')
      .finally(() => (isOver = true))
    await somebodyWaits(books.db, decided)
    const wasOver = isOver
    settlement.letGo()
    await Promise.all([settlement.committed, decided])
    expect(wasOver).toBe(false)
    expect(await decided).toBe('refused')
  })
})
