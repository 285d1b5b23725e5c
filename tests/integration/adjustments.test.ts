import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adjustments, affiliateNotes, auditEntries, ledgerTransfers } from '@/db'
import type { Actor } from '@/lib/actor'
import { adjustBalance, type Adjustment } from '@/lib/adjustments/adjust-balance'
import { listAdjustments } from '@/lib/adjustments/queries'
import { listNotes } from '@/lib/affiliates/note-queries'
import { writeNote } from '@/lib/affiliates/write-note'
import { drain } from '@/lib/intake/drain'
import { replayBooks } from '@/lib/intake/replay'
import { getBalances } from '@/lib/ledger/queries'
import { getStatement, listPayouts } from '@/lib/payouts/queries'
import { statementCsv } from '@/lib/payouts/statement-csv'
import { buy, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'
import {
  accountsOf,
  brokenInvariants,
  draftAndApprove,
  earn,
  newColleague,
  payByPaypal,
  type Colleague,
} from '@/tests/support/payouts'

let books: Books
let admin: Colleague
beforeEach(async () => {
  books = await openBooks()
  admin = await newColleague(books.db, 'nina', 'admin')
})
afterEach(() => books.close())

const now = new Date('2026-03-01T12:00:00Z')
const at = () => ({ db: books.db, now })
const credit = (more: Partial<Adjustment> = {}): Adjustment => ({
  affiliateId: books.ahmet,
  direction: 'credit',
  currency: 'usd',
  amountMinor: 6000n,
  reason: 'For the talk in Izmir',
  seenPayableMinor: 0n,
  ...more,
})

describe('a credit by hand', () => {
  it('stands in the ledger as one line, however often and at once it is sent', async () => {
    const ends = await Promise.allSettled([1, 2, 3].map(() => adjustBalance(admin, credit(), at())))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(adjustBalance(admin, credit(), at())).rejects.toMatchObject({ code: 'conflict' })
    const lines = await books.db.select().from(ledgerTransfers)
    expect(lines).toMatchObject([
      { debit: 'adjustments', credit: 'earned', kind: 'adjustment', amountMinor: 6000n, paymentId: null },
    ])
    expect(lines[0]).toMatchObject({ earnedOn: '2026-03-01', payableOn: '2026-03-01' })
    expect(await brokenInvariants(books.db)).toEqual([])
    const [entry] = (await books.db.select().from(auditEntries)).filter(
      ({ action }) => action === 'balance.adjust',
    )
    expect(entry).toMatchObject({
      reason: 'For the talk in Izmir',
      before: { payableMinor: '0' },
      after: { amountMinor: '6000', direction: 'credit' },
    })
  })

  it('that is payable later is pending until then', async () => {
    await adjustBalance(admin, credit({ payableOn: '2026-04-01' }), at())
    const on = async (day: '2026-03-31' | '2026-04-01') =>
      (await getBalances(admin, books.ahmet, day, books.db))[0]
    expect(await on('2026-03-31')).toMatchObject({ payableMinor: 0n, pendingMinor: 6000n })
    expect(await on('2026-04-01')).toMatchObject({ payableMinor: 6000n, pendingMinor: 0n })
  })

  it('that is payable later is given once by two who have not seen each other', async () => {
    const later = credit({ payableOn: '2026-04-01', seenLast: '' })
    const ends = await Promise.allSettled([1, 2].map(() => adjustBalance(admin, later, at())))
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const [first] = await listAdjustments(admin, books.ahmet, books.db)
    await adjustBalance(admin, { ...later, seenLast: first?.id }, at())
    expect(await books.db.$count(adjustments)).toBe(2)
  })

  it('that fails half-way leaves nothing', async () => {
    await refuseAudit(books.database)
    await expect(adjustBalance(admin, credit(), at())).rejects.toThrow()
    expect(await books.db.$count(adjustments)).toBe(0)
    expect(await accountsOf(books.db, books.ahmet)).toEqual({})
  })

  it('is refused to who may not, for a stranger, and where it makes no sense', async () => {
    const roles = ['viewer', 'finance'] as const
    for (const role of roles) {
      const colleague = await newColleague(books.db, role, role)
      await expect(adjustBalance(colleague, credit(), at())).rejects.toMatchObject({ code: 'forbidden' })
    }
    const refused = [
      [{ affiliateId: 'aff_nobody' }, { code: 'not_found' }],
      [{ amountMinor: 0n }, { field: 'amount' }],
      [{ reason: ' ' }, { field: 'reason' }],
      [{ currency: 'dollars' }, { field: 'currency' }],
      [{ currency: 'usb' }, { field: 'currency' }],
      [{ amountMinor: 10n ** 12n + 1n }, { message: 'At most $10,000,000,000.00 is wanted.' }],
      [{ payableOn: '2026-02-28' }, { field: 'payableOn' }],
      [{ payableOn: 'soon' }, { field: 'payableOn' }],
    ] as const
    for (const [more, answer] of refused)
      await expect(adjustBalance(admin, credit(more), at())).rejects.toMatchObject(answer)
    expect(await books.db.$count(ledgerTransfers)).toBe(0)
  })

  it('is paid out like any other line, and its reason stands in the statement', async () => {
    await payByPaypal(books.db, books.ahmet, 'ahmet@example.com')
    await earn(books.db, books.ahmet, 1000n)
    await adjustBalance(admin, credit({ seenPayableMinor: 1000n }), at())
    const second = await newColleague(books.db, 'omar', 'finance')
    await draftAndApprove(books.db, { drafts: second, approves: admin }, now)
    const { payouts } = await listPayouts(admin, { limit: 5 }, books.db)
    expect(payouts).toMatchObject([{ amountMinor: 7000n }])
    const id = payouts[0]?.id ?? ''
    const { lines } = await getStatement(admin, id, books.db)
    expect(lines.find(({ kind }) => kind === 'adjustment')).toMatchObject({
      amountMinor: 6000n,
      note: 'For the talk in Izmir',
    })
    expect((await statementCsv(admin, id, books.db)).csv).toContain('60.00,USD,For the talk in Izmir')
    expect(await brokenInvariants(books.db)).toEqual([])
  })
})

describe('a debit by hand', () => {
  it('may leave a debt, which is seen as one', async () => {
    await adjustBalance(admin, credit({ direction: 'debit', reason: 'Paid twice in May' }), at())
    const [balance] = await getBalances(admin, books.ahmet, '2026-03-01', books.db)
    expect(balance).toMatchObject({ payableMinor: -6000n, lifetimeMinor: -6000n })
    expect(await brokenInvariants(books.db)).toEqual([])
    expect(await listAdjustments(admin, books.ahmet, books.db)).toMatchObject([
      { amountMinor: -6000n, reason: 'Paid twice in May', decidedBy: admin.email },
    ])
  })
})

describe('adjustments', () => {
  it('are decisions: a replay has the same books', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    await deliverAll(books)
    await drain(books.db, books.stripe, 30_000)
    await adjustBalance(admin, credit(), at())
    const replayed = await replayBooks(admin, { url: books.database.migrateUrl, order: { kind: 'reverse' } })
    expect(replayed).toMatchObject({ same: true, differences: [] })
  })

  it('are shown to their affiliate without who decided, and to no other', async () => {
    await adjustBalance(admin, credit(), at())
    const ahmet: Actor = {
      kind: 'person',
      userId: 'u',
      email: 'a@example.com',
      administrator: null,
      affiliateId: books.ahmet,
    }
    expect(await listAdjustments(ahmet, books.ahmet, books.db)).toMatchObject([
      { reason: 'For the talk in Izmir', decidedBy: null },
    ])
    const other: Actor = { ...ahmet, affiliateId: 'aff_other' }
    await expect(listAdjustments(other, books.ahmet, books.db)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a note', () => {
  it('is kept with who wrote it, for the console alone', async () => {
    await writeNote(
      admin,
      { affiliateId: books.ahmet, text: ' Met at the conference.\r\nWants a banner. ' },
      at(),
    )
    expect(await listNotes(admin, books.ahmet, books.db)).toMatchObject([
      { text: 'Met at the conference.\nWants a banner.', writtenBy: admin.email, at: now },
    ])
    const ahmet: Actor = {
      kind: 'person',
      userId: 'u',
      email: 'a@example.com',
      administrator: null,
      affiliateId: books.ahmet,
    }
    await expect(listNotes(ahmet, books.ahmet, books.db)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is refused empty, too long, about nobody, and to who may not', async () => {
    const note = (text: string, affiliateId = books.ahmet) => writeNote(admin, { affiliateId, text }, at())
    await expect(note(' ')).rejects.toMatchObject({ field: 'text' })
    await expect(note('x'.repeat(2001))).rejects.toMatchObject({ field: 'text' })
    await expect(note('x', 'aff_nobody')).rejects.toMatchObject({ code: 'not_found' })
    const vera = await newColleague(books.db, 'vera', 'viewer')
    await expect(writeNote(vera, { affiliateId: books.ahmet, text: 'x' }, at())).rejects.toMatchObject({
      code: 'forbidden',
    })
    await refuseAudit(books.database)
    await expect(note('x')).rejects.toThrow()
    expect(await books.db.$count(affiliateNotes)).toBe(0)
  })
})
