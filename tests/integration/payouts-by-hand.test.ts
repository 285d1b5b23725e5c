import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mails, payouts } from '@/db'
import { getBatchFile, listBatchFiles } from '@/lib/payouts/batch-files'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { markPaid, unmarkPaid } from '@/lib/payouts/mark-paid'
import { markPaidByResults } from '@/lib/payouts/mark-paid-by-results'
import { markReturned } from '@/lib/payouts/mark-returned'
import { takeOutBlocked } from '@/lib/payouts/take-out-blocked'
import { newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { refuseAudit } from '@/tests/support/failing-audit'
import {
  accountsOf,
  brokenInvariants,
  draftAndApprove,
  earn,
  newColleague,
  payByPaypal,
  payByStripe,
  payoutsOf,
  system,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let ines: Colleague
let omar: Colleague
let runId: string
let payoutId: string
const now = new Date('2026-03-01T09:00:00Z')
const at = () => ({ db: books.db, now })
beforeEach(async () => {
  books = await openBooks('2026-02-01T10:00:00Z')
  useEnvironment(books.database)
  ines = await newColleague(books.db, 'ines')
  omar = await newColleague(books.db, 'omar')
  await payByPaypal(books.db, books.ahmet, 'ahmet@example.com')
  await earn(books.db, books.ahmet, 5000n)
  runId = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
  payoutId = (await payoutsOf(books.db, runId))[0]?.id ?? ''
})
afterEach(() => books.close())

const paid = { 'usd opening_balances': -5000n, 'usd paid': 5000n, 'usd cash': 5000n, 'usd paid_out': -5000n }
const approved = { 'usd opening_balances': -5000n, 'usd in_payout': 5000n }
const mark = (reference = 'PP-1', who = omar) => markPaid(who, { payoutId, reference }, at())
const accounts = () => accountsOf(books.db, books.ahmet)

describe('the file for PayPal', () => {
  it('holds what is approved and not paid', async () => {
    expect(await listBatchFiles(omar, runId, books.db)).toEqual([
      { method: 'paypal', currency: 'usd', part: 1, payouts: 1, amountMinor: 5000n },
    ])
    const file = { runId, method: 'paypal', currency: 'usd', part: 1 } as const
    const { csv } = await getBatchFile(omar, file, books.db)
    expect(csv).toBe(`ahmet@example.com,50.00,USD,${payoutId},Your affiliate commission,PAYPAL\r\n`)
    await mark()
    await expect(getBatchFile(omar, file, books.db)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('what stands in the way after the approval', () => {
  const file = () => getBatchFile(omar, { runId, method: 'paypal', currency: 'usd', part: 1 }, books.db)

  it('a change of destination: not in the file any more, and taken out', async () => {
    expect((await file()).csv).toContain('ahmet@example.com')
    const thief = { method: 'paypal', destination: { email: 'thief@example.com' } } as const
    await changePayoutDetails(system, books.ahmet, thief, at())
    await expect(file()).rejects.toMatchObject({ code: 'not_found' })
    expect(await takeOutBlocked(books.db)).toBe(1)
    expect(await takeOutBlocked(books.db)).toBe(0)
    expect(await payoutsOf(books.db, runId)).toMatchObject([
      { state: 'taken_out', reason: 'The payout details were changed after the approval.' },
    ])
    expect(await accounts()).toEqual({ 'usd opening_balances': -5000n, 'usd earned': 5000n })
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('that fails half-way while it is taken out leaves all of it approved', async () => {
    const elsewhere = { method: 'paypal', destination: { email: 'new@example.com' } } as const
    await changePayoutDetails(system, books.ahmet, elsewhere, at())
    await refuseAudit(books.database)
    await expect(takeOutBlocked(books.db)).rejects.toThrow()
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'approved' }])
    expect(await accounts()).toEqual(approved)
  })

  it('by several at once it is taken out once', async () => {
    const elsewhere = { method: 'paypal', destination: { email: 'new@example.com' } } as const
    await changePayoutDetails(system, books.ahmet, elsewhere, at())
    const taken = await Promise.all(Array.from({ length: 6 }, () => takeOutBlocked(books.db)))
    expect(taken.reduce((sum, many) => sum + many, 0)).toBe(1)
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})

describe('marking as paid', () => {
  it('credits cash and tells the affiliate; twice is once', async () => {
    await mark()
    await mark()
    expect(await accounts()).toEqual(paid)
    const told = (await books.db.select().from(mails)).filter(({ cause }) => cause === `payout/${payoutId}`)
    expect(told).toHaveLength(1)
    await expect(mark('another')).rejects.toMatchObject({ code: 'conflict' })
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('of several at once is one', async () => {
    const ends = await Promise.allSettled(Array.from({ length: 6 }, (_, n) => mark(`PP-${n}`)))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await accounts()).toEqual(paid)
  })

  it('that fails half-way leaves nothing', async () => {
    await refuseAudit(books.database)
    await expect(mark()).rejects.toThrow()
    expect(await accounts()).toEqual(approved)
    expect(await payoutsOf(books.db, runId)).toMatchObject([{ state: 'approved', reference: null }])
  })

  it('needs a reference and somebody who may, and is not for what goes by Stripe', async () => {
    await expect(mark(' ')).rejects.toMatchObject({ code: 'invalid', field: 'reference' })
    await expect(mark('x', await newColleague(books.db, 'vera', 'viewer'))).rejects.toMatchObject({
      code: 'forbidden',
    })
    const berta = await newAffiliate(books.db, books.stripe, {
      handle: 'Berta',
      displayName: 'B B',
      email: 'b@example.org',
    })
    await payByStripe(books, berta)
    await earn(books.db, berta, 9000n)
    const other = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    const [byStripe] = await payoutsOf(books.db, other)
    const asked = markPaid(omar, { payoutId: byStripe?.id ?? '', reference: 'x' }, at())
    await expect(asked).rejects.toMatchObject({ code: 'conflict' })
  })

  it('can be taken back by further rows, and be done again', async () => {
    await mark()
    const back = () => unmarkPaid(omar, { payoutId, reason: 'the wrong one' }, at())
    await Promise.allSettled([back(), back(), back()])
    expect(await accounts()).toEqual(approved)
    await mark('PP-2')
    expect(await accounts()).toEqual(paid)
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})

describe('a returned payout', () => {
  it('is owed again, and in the next run', async () => {
    await mark()
    const back = { payoutId, reason: 'The account was closed.' }
    await Promise.allSettled([1, 2, 3].map(() => markReturned(omar, back, at())))
    await markReturned(omar, back, at())
    expect(await accounts()).toEqual({ 'usd opening_balances': -5000n, 'usd earned': 5000n })
    const next = await draftAndApprove(books.db, { drafts: ines, approves: omar }, now)
    expect(await payoutsOf(books.db, next)).toMatchObject([{ amountMinor: 5000n }])
    expect(await brokenInvariants(books.db)).toEqual([])
  })

  it('must have been paid, and be told by somebody who may', async () => {
    const back = { payoutId, reason: 'x' }
    await expect(markReturned(omar, back, at())).rejects.toMatchObject({ code: 'conflict' })
    await mark()
    const vera = await newColleague(books.db, 'vera', 'viewer')
    await expect(markReturned(vera, back, at())).rejects.toMatchObject({ code: 'forbidden' })
    await expect(unmarkPaid(vera, back, at())).rejects.toMatchObject({ code: 'forbidden' })
    expect(await accounts()).toEqual(paid)
  })
})

describe('the provider’s result file', () => {
  it('marks what it says was paid, each with its reference, once', async () => {
    const csv = `Customer ID,Status,Transaction ID\r\n${payoutId},Completed,TX-9\r\nanother,Completed,TX-8\r\n`
    expect(await markPaidByResults(omar, { runId, csv }, at())).toMatchObject({ paid: 1, unknown: 1 })
    expect(await markPaidByResults(omar, { runId, csv }, at())).toMatchObject({ paid: 0, alreadyPaid: 1 })
    const [payout] = await books.db.select().from(payouts).where(eq(payouts.id, payoutId))
    expect(payout).toMatchObject({ state: 'paid', reference: 'TX-9' })
    expect(await accounts()).toEqual(paid)
  })

  it('that says it failed leaves it to a person', async () => {
    const csv = `Customer ID,Status,Transaction ID\r\n${payoutId},Denied,TX-9\r\n`
    expect(await markPaidByResults(omar, { runId, csv }, at())).toMatchObject({
      paid: 0,
      toLookAt: [{ payoutId, outcome: 'failed' }],
    })
    expect(await accounts()).toEqual(approved)
  })

  const heading = 'Customer ID,Status,Transaction ID,Amount\r\n'
  const row = (...cells: string[]) => `${cells.join(',')}\r\n`

  it.each([
    ['is no file of results', () => 'Name,Age\r\nBerta,7\r\n', 'no headings'],
    ['is a spreadsheet’s own', () => 'PK\u0003\u0004\0\0', 'no text'],
    [
      'is cut off',
      () => `${heading}${row(payoutId, 'Completed', 'TX-1', '50.00')}${payoutId},Compl`,
      'cut off',
    ],
    ['is cut off in quotes', () => `${heading}${payoutId},"Compl`, 'cut off'],
    ['is too large', () => `${heading}${'x'.repeat(2_000_000)}`, 'too large'],
  ])('that %s is refused, and nothing of it is taken', async (_, csv, words) => {
    await expect(markPaidByResults(omar, { runId, csv: csv() }, at())).rejects.toMatchObject({
      code: 'invalid',
      field: 'csv',
      message: expect.stringContaining(words),
    })
    expect(await accounts()).toEqual(approved)
  })

  it('of another run is refused; rows of one among others are left alone', async () => {
    const csv = `${heading}${row(payoutId, 'Completed', 'TX-1', '50.00')}`
    await expect(markPaidByResults(omar, { runId: 'run_other', csv }, at())).rejects.toMatchObject({
      message: 'This is the result of another run.',
    })
    expect(await accounts()).toEqual(approved)
  })

  it('that names another amount, or a payout twice, is not believed', async () => {
    const other = `${heading}${row(payoutId, 'Completed', 'TX-1', '"1,050.00"')}`
    expect(await markPaidByResults(omar, { runId, csv: other }, at())).toMatchObject({
      paid: 0,
      toLookAt: [{ payoutId, outcome: 'paid, but 1,050.00 and not what was approved' }],
    })
    const line = row(payoutId, 'Completed', 'TX-1', '50.00')
    expect(await markPaidByResults(omar, { runId, csv: `${heading}${line}${line}` }, at())).toMatchObject({
      paid: 1,
      alreadyPaid: 1,
    })
    expect(await accounts()).toEqual(paid)
  })
})
