import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, debtDecisions, payoutAttempts, type Connection } from '@/db'
import { log } from '@/lib/log'
import { markPaid, unmarkPaid } from '@/lib/payouts/mark-paid'
import { markReturned } from '@/lib/payouts/mark-returned'
import { sendPayouts } from '@/lib/payouts/send-payouts'
import { setOffDebt, writeOffDebt } from '@/lib/payouts/settle-debts'
import { takeOutPayout } from '@/lib/payouts/take-out-payout'
import { voidApproval } from '@/lib/payouts/void-approval'
import { holdOpen, meetBeforeWriting, somebodyWaits } from '@/tests/support/at-once'
import { openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import {
  accountsOf,
  approveAndSend,
  draftAndApprove,
  earn,
  fund,
  newColleague,
  payByPaypal,
  payByStripe,
  payoutsOf,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let ines: Colleague
let omar: Colleague
const now = new Date('2026-03-01T09:00:00Z')
const at = () => ({ db: books.db, now })
const people = () => ({ drafts: ines, approves: omar })
const reason = 'said so on the phone'
const accounts = () => accountsOf(books.db, books.ahmet)
const atOnce = (table: string, ...works: (() => Promise<unknown>)[]) =>
  meetBeforeWriting(books.database.superuserUrl, table, works)

beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  log.level = 'silent'
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
})
afterEach(() => books.close())

describe('two people at once', () => {
  let runId: string
  let payoutId: string
  beforeEach(async () => {
    await payByPaypal(books.db, books.ahmet, 'ahmet@example.com')
    await earn(books.db, books.ahmet, 5000n)
    runId = await draftAndApprove(books.db, people(), now)
    payoutId = (await payoutsOf(books.db, runId))[0]?.id ?? ''
  })
  const paid = (reference: string) => () => markPaid(omar, { payoutId, reference }, at())
  const owed = { 'usd opening_balances': -5000n, 'usd earned': 5000n }
  const approved = { 'usd opening_balances': -5000n, 'usd in_payout': 5000n }

  it('who mark one payout as paid move its money once', async () => {
    await atOnce('payouts', paid('PP-1'), paid('PP-2'))
    expect(await accounts()).toMatchObject({ 'usd paid': 5000n, 'usd cash': 5000n })
    expect(await accounts()).not.toHaveProperty('usd in_payout')
  })

  it('who take that back move it back once', async () => {
    await paid('PP-1')()
    const back = () => unmarkPaid(omar, { payoutId, reason }, at())
    await atOnce('payouts', back, back)
    expect(await accounts()).toEqual(approved)
  })

  it('who mark one payout as returned owe it once', async () => {
    await paid('PP-1')()
    const back = () => markReturned(omar, { payoutId, reason }, at())
    await atOnce('payouts', back, back)
    expect(await accounts()).toEqual(owed)
  })

  it('who take one payout out give its lines back once', async () => {
    const out = () => takeOutPayout(omar, { payoutId, reason }, at())
    await atOnce('payouts', out, out)
    expect(await accounts()).toEqual(owed)
  })

  it('who void one approval give its lines back once', async () => {
    const voided = () => voidApproval(omar, { runId, reason }, at())
    await atOnce('payouts', voided, voided)
    expect(await accounts()).toEqual(owed)
  })
})

describe('two people at once', () => {
  const debt = () => {
    const amounts = { currency: 'usd', amountMinor: 2000n, seenMinor: 2000n }
    return { affiliateId: books.ahmet, ...amounts, reason }
  }
  beforeEach(async () => {
    await earn(books.db, books.ahmet, -2000n)
    await earn(books.db, books.ahmet, 5000n, { currency: 'eur' })
  })

  it('who forgive one debt forgive it once', async () => {
    const forgive = () => writeOffDebt(omar, debt(), at())
    await atOnce('debt_decisions', forgive, forgive)
    expect(await accounts()).toMatchObject({ 'usd write_offs': -2000n })
    expect(await books.db.$count(debtDecisions)).toBe(1)
  })

  it('who set one debt off take it once', async () => {
    const offset = () => setOffDebt(omar, { ...debt(), fromCurrency: 'eur', rate: '0.5' }, at())
    await atOnce('debt_decisions', offset, offset)
    expect(await accounts()).toMatchObject({ 'eur earned': 4000n, 'usd adjustments': -2000n })
  })
})

describe('two workers', () => {
  let other: Connection
  beforeEach(async () => {
    other = connect(books.database.url, { max: 1 })
    await payByStripe(books, books.ahmet)
    await earn(books.db, books.ahmet, 5000n)
    await fund(books.stripe, 1_000_000)
    await approveAndSend(books.db, people(), now)
  })
  afterEach(() => other.close())
  const later = (minutes: number) => new Date(Date.now() + minutes * 60_000)
  const sending = () => ({ db: books.db, stripe: books.stripe })

  it('have each payout once: what one has in hand the other passes by', async () => {
    const inHand = holdOpen(other.db, (tx) => tx.execute('select from payouts for update'))
    await inHand.reached
    const sent = sendPayouts({ ...sending(), now: () => later(1) })
    await somebodyWaits(books.db, sent)
    inHand.letGo()
    await inHand.committed
    expect(await sent).toBe(0)
  })

  it('of whom the first took too long ask Stripe once', async () => {
    let secondAsks = () => {}
    let firstEnds = () => {}
    const asked = new Promise<void>((resolve) => (secondAsks = resolve))
    const ended = new Promise<void>((resolve) => (firstEnds = resolve))
    let second: Promise<unknown> = Promise.resolve()
    const [soon, over] = [later(1), later(12)]
    await sendPayouts({
      ...sending(),
      now: () => soon,
      watch: async (step) => {
        if (step !== 'send:checked') return
        second = sendPayouts({
          ...sending(),
          now: () => over,
          watch: async (theirs) => {
            if (theirs !== 'send:attempt_committed') return
            secondAsks()
            await ended
          },
        })
        await asked
      },
    })
    firstEnds()
    await second
    expect(books.sandbox.all('transfer')).toHaveLength(1)
    expect(await books.db.$count(payoutAttempts)).toBe(1)
  })
})
