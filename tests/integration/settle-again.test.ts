import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, commissions, ledgerTransfers, verdicts } from '@/db'
import type { Actor } from '@/lib/actor'
import { settleAgain } from '@/lib/intake/settle-again'
import { buy, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }

let books: Books
let paymentId: string
beforeEach(async () => {
  books = await openBooks()
  ;({ paymentId } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 }))
  await deliverAll(books)
})
afterEach(() => books.close())

const lines = () => books.db.$count(ledgerTransfers)
const decideWithoutSettling = () =>
  books.db.insert(verdicts).values({
    subjectKind: 'payment',
    subjectId: paymentId,
    decision: 'void',
    reason: 'admitted',
    decidedBy: 'adm_1',
    at: new Date(),
  })
const deeds = async () =>
  (await books.db.select({ action: auditEntries.action }).from(auditEntries)).filter(
    ({ action }) => action === 'payment.settle_again',
  ).length

describe('settling a payment again', () => {
  it('writes no line where nothing was amiss, however often, and says so', async () => {
    const before = await lines()
    expect(await settleAgain(admin, { paymentId }, books.db)).toBe('same')
    expect(await settleAgain(admin, { paymentId }, books.db)).toBe('same')
    expect([await lines(), await deeds()]).toEqual([before, 2])
  })

  it('follows a decision that was never settled, and says that it changed', async () => {
    await decideWithoutSettling()
    expect(await settleAgain(admin, { paymentId }, books.db)).toBe('changed')
    expect(await books.db.select({ status: commissions.status }).from(commissions)).toEqual([
      { status: 'void' },
    ])
  })

  it('done by two at once writes no line twice', async () => {
    const before = await lines()
    const answers = await Promise.all([1, 2].map(() => settleAgain(admin, { paymentId }, books.db)))
    expect(answers).toEqual(['same', 'same'])
    expect(await lines()).toBe(before)
  })

  it('leaves nothing where it fails half-way', async () => {
    await decideWithoutSettling()
    await refuseAudit(books.database)
    await expect(settleAgain(admin, { paymentId }, books.db)).rejects.toThrow()
    expect(await books.db.select({ status: commissions.status }).from(commissions)).toEqual([
      { status: 'settled' },
    ])
  })

  it('is refused to who may only read, and for a payment never heard of', async () => {
    await expect(settleAgain(reader, { paymentId }, books.db)).rejects.toMatchObject({ code: 'forbidden' })
    const unknown = settleAgain(admin, { paymentId: 'pi_never' }, books.db)
    await expect(unknown).rejects.toMatchObject({ code: 'not_found' })
    expect(await deeds()).toBe(0)
  })
})
