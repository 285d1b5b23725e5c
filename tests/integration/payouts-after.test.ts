import { eq } from 'drizzle-orm'
import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { debtDecisions, payoutRuns, payoutReversals } from '@/db'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { drain } from '@/lib/intake/drain'
import { listDebts } from '@/lib/payouts/debt-queries'
import { draftScheduledRun } from '@/lib/payouts/draft-scheduled-run'
import { journalCsv, listJournal, listLiability } from '@/lib/payouts/journal'
import { setOffDebt, writeOffDebt } from '@/lib/payouts/settle-debts'
import { statementCsv } from '@/lib/payouts/statement-csv'
import { takeBackReversed } from '@/lib/payouts/take-back-reversed'
import { deliver, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { refuseAudit } from '@/tests/support/failing-audit'
import {
  accountsOf,
  approveAndSend,
  brokenInvariants,
  draftAndApprove,
  earn,
  fund,
  newColleague,
  payByStripe,
  payoutsOf,
  system,
  sendAll,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let ines: Colleague
let omar: Colleague
const now = new Date('2026-03-01T09:00:00Z')
const at = () => ({ db: books.db, now })
const people = () => ({ drafts: ines, approves: omar })
beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  await payByStripe(books, books.ahmet)
  await fund(books.stripe, 1_000_000)
})
afterEach(() => books.close())
const accounts = () => accountsOf(books.db, books.ahmet)

describe('a transfer that is reversed at Stripe', () => {
  async function reverse(amount?: number): Promise<string> {
    await earn(books.db, books.ahmet, 5000n)
    const runId = await approveAndSend(books.db, people(), now)
    await sendAll(books)
    const [payout] = await payoutsOf(books.db, runId)
    await books.stripe.transfers.createReversal(
      payout?.reference ?? '',
      amount === undefined ? {} : { amount },
    )
    const events = books.sandbox.events().filter(({ type }) => type === 'transfer.reversed')
    await deliver(books, events)
    await drain(books.db, books.stripe, 30_000)
    return runId
  }

  it('comes back whole: its lines are owed, and in the next run', async () => {
    const runId = await reverse()
    await Promise.all([takeBackReversed(books.db), takeBackReversed(books.db)])
    expect(await takeBackReversed(books.db)).toBe(0)
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'returned' }])
    expect(await accounts()).toEqual({ 'usd opening_balances': -5000n, 'usd earned': 5000n })
    const next = await draftAndApprove(books.db, people(), now)
    expect(await payoutsOf(books.db, next)).toMatchObject([{ amountMinor: 5000n }])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('comes back in part: what came back is owed by a line of its own', async () => {
    const runId = await reverse(1200)
    expect(await takeBackReversed(books.db)).toBe(1)
    expect(await takeBackReversed(books.db)).toBe(0)
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'paid' }])
    expect(await accounts()).toMatchObject({ 'usd earned': 1200n, 'usd paid': 3800n, 'usd cash': 3800n })
    expect(await books.db.$count(payoutReversals)).toBe(1)
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})

describe('a debt', () => {
  beforeEach(async () => {
    await earn(books.db, books.ahmet, -2000n)
    await earn(books.db, books.ahmet, 5000n, { currency: 'eur' })
  })
  const debt = (more: object = {}) => ({
    affiliateId: books.ahmet,
    currency: 'usd',
    amountMinor: 2000n,
    seenMinor: 2000n,
    reason: 'agreed by mail',
    ...more,
  })
  const offset = (more: object = {}) => ({ ...debt(more), fromCurrency: 'eur', rate: '0.9235' })

  it('is listed with what is payable elsewhere', async () => {
    expect((await listDebts(omar, '2026-03-01', { limit: 10 }, books.db)).debts).toMatchObject([
      {
        affiliateId: books.ahmet,
        currency: 'usd',
        debtMinor: 2000n,
        elsewhere: [{ currency: 'eur', payableMinor: 5000n }],
      },
    ])
  })

  it('of an affiliate who is closed is listed as such', async () => {
    await closeAffiliate(system, { affiliateId: books.ahmet, reason: 'they asked' }, { db: books.db })
    const { debts } = await listDebts(omar, '2026-03-01', { limit: 10 }, books.db)
    expect(debts).toMatchObject([{ affiliateId: books.ahmet, status: 'closed', debtMinor: 2000n }])
  })

  it('written off is borne by the programme, once however often it is sent', async () => {
    const ends = await Promise.allSettled([1, 2, 3].map(() => writeOffDebt(omar, debt(), at())))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await accounts()).toMatchObject({ 'usd write_offs': -2000n })
    expect((await accounts())['usd earned']).toBeUndefined()
    expect((await listDebts(omar, '2026-03-01', { limit: 10 }, books.db)).debts).toEqual([])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('set off is paid out of the other currency at the rate given, rounded once', async () => {
    expect(await setOffDebt(omar, offset(), at())).toBe(1847n)
    expect(await accounts()).toMatchObject({
      'eur earned': 3153n,
      'eur adjustments': 1847n,
      'usd adjustments': -2000n,
    })
    await expect(setOffDebt(omar, offset(), at())).rejects.toMatchObject({ code: 'conflict' })
    const [decision] = await books.db.select().from(debtDecisions)
    expect(decision).toMatchObject({
      kind: 'set_off',
      rate: '0.9235',
      fromMinor: 1847n,
      reason: 'agreed by mail',
    })
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('is not set off against less than there is, nor by who may not, nor for more than it is', async () => {
    await expect(setOffDebt(omar, { ...offset(), rate: '3' }, at())).rejects.toMatchObject({
      code: 'unprocessable',
    })
    await expect(setOffDebt(omar, { ...offset(), rate: '0' }, at())).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(writeOffDebt(omar, debt({ amountMinor: 2001n }), at())).rejects.toMatchObject({
      code: 'unprocessable',
    })
    const vera = await newColleague(books.db, 'vera', 'viewer')
    await expect(writeOffDebt(vera, debt(), at())).rejects.toMatchObject({ code: 'forbidden' })
    await expect(setOffDebt(vera, offset(), at())).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('whose decision fails half-way stays as it is', async () => {
    const before = await accounts()
    await refuseAudit(books.database)
    await expect(writeOffDebt(omar, debt(), at())).rejects.toThrow()
    await expect(setOffDebt(omar, offset(), at())).rejects.toThrow()
    expect(await accounts()).toEqual(before)
    expect(await books.db.$count(debtDecisions)).toBe(0)
  })
})

describe('the accountant', () => {
  it('gets a statement whose lines add up to the payout', async () => {
    await earn(books.db, books.ahmet, 5000n)
    await earn(books.db, books.ahmet, -700n)
    await earn(books.db, books.ahmet, 1000n)
    const runId = await draftAndApprove(books.db, people(), now)
    const [payout] = await payoutsOf(books.db, runId)
    const statement = await statementCsv(omar, payout?.id ?? '', books.db)
    const rows: Record<string, string>[] = parse(statement.csv, { columns: true })
    const cents = rows.map(({ kind, amount }) => ({ kind, cents: Math.round(Number(amount) * 100) }))
    const lines = cents.filter(({ kind }) => kind !== 'payout')
    expect(lines.reduce((sum, row) => sum + row.cents, 0)).toBe(5300)
    expect(cents.at(-1)).toEqual({ kind: 'payout', cents: 5300 })
  })

  it('gets a journal whose debits and credits are equal in every month, and what is owed before and after', async () => {
    await earn(books.db, books.ahmet, 5000n)
    await approveAndSend(books.db, people(), now)
    await sendAll(books)
    const range = { from: '2026-01', to: '2027-12' } as const
    const rows = await listJournal(omar, range, books.db)
    const sum = (of: 'debitMinor' | 'creditMinor') => rows.reduce((total, row) => total + row[of], 0n)
    expect(sum('debitMinor')).toBe(sum('creditMinor'))
    expect(rows.find(({ account }) => account === 'cash')).toMatchObject({
      creditMinor: 5000n,
      debitMinor: 0n,
    })
    expect(await listLiability(omar, { from: '2026-01', to: '2026-01' }, books.db)).toEqual([
      { currency: 'usd', beforeMinor: 0n, afterMinor: 5000n },
    ])
    expect(await listLiability(omar, range, books.db)).toMatchObject([{ afterMinor: 0n }])
    expect((await journalCsv(omar, range, books.db)).csv).toContain(',cash,USD,0.00,50.00\r\n')
  })
})

describe('the payout day', () => {
  it('brings one draft a month, whoever of several workers is first', async () => {
    await earn(books.db, books.ahmet, 5000n)
    const drafted = await Promise.all([1, 2, 3].map(() => draftScheduledRun(books.db, { now })))
    expect(drafted.filter((id) => id !== null)).toHaveLength(1)
    expect(await draftScheduledRun(books.db, { now })).toBeNull()
    const [run] = await books.db.select().from(payoutRuns).where(eq(payoutRuns.scheduledOn, '2026-03-01'))
    expect(run).toMatchObject({ state: 'draft', draftedBy: 'payout-day', cutOffOn: '2026-03-01' })
  })
})
