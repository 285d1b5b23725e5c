import { asc, eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, affiliateStatusChanges, auditEntries, codes, commissions, settlementQueue } from '@/db'
import type { Actor } from '@/lib/actor'
import { approveAffiliate } from '@/lib/affiliates/approve-affiliate'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { insertAffiliate } from '@/lib/affiliates/insert-affiliate'
import { countApplicants } from '@/lib/affiliates/queries'
import { reactivateAffiliate } from '@/lib/affiliates/reactivate-affiliate'
import { reopenAffiliate } from '@/lib/affiliates/reopen-affiliate'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { drain } from '@/lib/intake/drain'
import { verifyBooks } from '@/lib/ledger/verify'
import { buy, deliverAll, digestOf, linesOf, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }
const day = 86_400

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 30_000)
const about = () => ({ affiliateId: books.ahmet, reason: 'a complaint' })
const at = (text: string) => ({ db: books.db, now: new Date(text) })
const statuses = async () =>
  (await books.db.select().from(commissions).orderBy(asc(commissions.paidAt))).map((row) => row.status)
const purchase = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

describe('a suspended affiliate', () => {
  it('earns into held on what is paid meanwhile, and on nothing else', async () => {
    await buy(books.stripe, purchase)
    await deliverAll(books)
    await suspendAffiliate(admin, about(), at('2026-02-10T00:00:00Z'))
    await books.sandbox.advance(31 * day)
    await deliverAll(books)
    expect(await statuses()).toEqual(['settled', 'held'])
    const [, held] = await books.db.select().from(commissions).orderBy(asc(commissions.paidAt))
    const [line] = await linesOf(books.db, held?.paymentId ?? '')
    expect(line).toMatchObject({ credit: 'held', earnedOn: '2026-02-28', payableOn: '2026-03-30' })
    expect(held?.sentence).toContain('suspended')
  })

  it('is judged the same where the payment is heard of before the suspension', async () => {
    await buy(books.stripe, purchase)
    await books.sandbox.advance(31 * day)
    await deliverAll(books)
    expect(await statuses()).toEqual(['settled', 'settled'])
    await suspendAffiliate(admin, about(), at('2026-02-10T00:00:00Z'))
    await settle()
    expect(await statuses()).toEqual(['settled', 'held'])
  })

  it('has it released on its original days when active again, also what a guest paid', async () => {
    await suspendAffiliate(admin, about(), at('2026-01-15T00:00:00Z'))
    const { paymentId } = await buy(books.stripe, purchase)
    const guest = await buy(books.stripe, { amount: 10000, code: 'AHMET5' })
    await deliverAll(books)
    expect(await statuses()).toEqual(['held', 'held'])
    await reactivateAffiliate(admin, about(), at('2026-04-01T00:00:00Z'))
    await settle()
    expect(await statuses()).toEqual(['settled', 'settled'])
    for (const id of [paymentId, guest.paymentId]) {
      const lines = await linesOf(books.db, id)
      expect(
        lines.map((line) => [line.debit, line.credit, line.kind, line.earnedOn, line.payableOn]),
      ).toEqual([
        ['commission_expense', 'held', 'instalment', '2026-01-31', '2026-03-02'],
        ['held', 'earned', 'hold', '2026-01-31', '2026-03-02'],
      ])
    }
  })

  it('who is closed then keeps it held, until reopened', async () => {
    await suspendAffiliate(admin, about(), at('2026-01-15T00:00:00Z'))
    await buy(books.stripe, purchase)
    await deliverAll(books)
    await closeAffiliate(admin, about(), at('2026-02-10T00:00:00Z'))
    await settle()
    expect(await statuses()).toEqual(['held'])
    await reopenAffiliate(admin, about(), at('2026-03-10T00:00:00Z'))
    await settle()
    expect(await statuses()).toEqual(['settled'])
  })
})

describe('a closed affiliate', () => {
  it('earns nothing on later payments, and keeps what was earned', async () => {
    await buy(books.stripe, purchase)
    await deliverAll(books)
    const before = await digestOf(books.db)
    await closeAffiliate(admin, about(), at('2026-02-10T00:00:00Z'))
    await books.sandbox.advance(31 * day)
    await deliverAll(books)
    expect(await digestOf(books.db)).toBe(before)
    expect(await statuses()).toEqual(['settled', 'not_earning'])
    const [row] = await books.db.select().from(affiliates)
    expect(row).toMatchObject({ status: 'closed', closedAt: new Date('2026-02-10T00:00:00Z') })
  })

  it('earns again when reopened, but not on what was paid while closed', async () => {
    await closeAffiliate(admin, about(), at('2026-01-15T00:00:00Z'))
    await buy(books.stripe, purchase)
    await deliverAll(books)
    await reopenAffiliate(admin, about(), at('2026-02-10T00:00:00Z'))
    await books.sandbox.advance(31 * day)
    await deliverAll(books)
    expect(await statuses()).toEqual(['not_earning', 'settled'])
  })
})

describe('an applicant', () => {
  it('is turned down, and taken in after all', async () => {
    const { db } = books
    const { affiliateId } = await db.transaction((tx) =>
      insertAffiliate(tx, {
        displayName: 'Eve Okafor',
        handle: 'Eve',
        email: 'eve@example.com',
        status: 'applied',
        consentedTermsId: null,
        discount: { kind: 'percent', percentOffBps: 500 },
        maxRedemptions: null,
        now: new Date('2026-02-01T00:00:00Z'),
      }),
    )
    const hers = { affiliateId, reason: 'No site of hers' }
    const own = eq(codes.affiliateId, affiliateId)
    await closeAffiliate(admin, hers, at('2026-02-02T00:00:00Z'))
    expect(await countApplicants(admin, db)).toBe(0)
    expect((await verifyBooks(admin, { db })).filter(({ holds }) => !holds)).toEqual([])
    const reopened = reopenAffiliate(admin, hers, at('2026-02-03T00:00:00Z'))
    await expect(reopened).rejects.toMatchObject({ code: 'conflict' })
    expect(await db.$count(codes, own)).toBe(0)
    const twice = await Promise.allSettled(
      [1, 2].map(() => approveAffiliate(admin, affiliateId, at('2026-02-04T00:00:00Z'))),
    )
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await db.$count(codes, own)).toBe(1)
    const [row] = await db.select().from(affiliates).where(eq(affiliates.id, affiliateId))
    expect(row).toMatchObject({ status: 'active', closedAt: null })
    const stood = await db.select().from(affiliateStatusChanges)
    expect(stood.map(({ status }) => status)).toEqual(['closed', 'active'])
  })

  it('who was in and is closed is not taken in again', async () => {
    await closeAffiliate(admin, about(), at('2026-02-02T00:00:00Z'))
    const again = approveAffiliate(admin, books.ahmet, at('2026-02-03T00:00:00Z'))
    await expect(again).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a change of standing', () => {
  it('is written down with who, when and why', async () => {
    await suspendAffiliate(admin, about(), at('2026-02-10T00:00:00Z'))
    const changes = await books.db.select().from(affiliateStatusChanges)
    expect(changes).toEqual([
      expect.objectContaining({ status: 'suspended', reason: 'a complaint', decidedBy: 'key_1' }),
    ])
    const entries = await books.db.select().from(auditEntries)
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'affiliate.suspend', before: { status: 'active' } }),
    )
    await expect(books.db.execute(sql`delete from affiliate_status_changes`)).rejects.toThrow()
  })

  it('twice, or at once, is one change and a conflict', async () => {
    const tries = await Promise.allSettled([1, 2].map(() => closeAffiliate(admin, about(), { db: books.db })))
    expect(tries.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(suspendAffiliate(admin, about(), { db: books.db })).rejects.toMatchObject({
      code: 'conflict',
      message: 'Ahmet Yılmaz is closed.',
    })
    expect(await books.db.select().from(affiliateStatusChanges)).toHaveLength(1)
  })

  it('is refused to a reading key and for a stranger, and leaves nothing where it fails half-way', async () => {
    await expect(suspendAffiliate(reader, about(), { db: books.db })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const stranger = { affiliateId: 'aff_x', reason: 'x' }
    await expect(suspendAffiliate(admin, stranger, { db: books.db })).rejects.toMatchObject({
      code: 'not_found',
    })
    await refuseAudit(books.database)
    await expect(suspendAffiliate(admin, about(), { db: books.db })).rejects.toThrow()
    expect(await books.db.select().from(affiliateStatusChanges)).toEqual([])
    expect(await books.db.select().from(settlementQueue)).toEqual([])
    expect(await books.db.select().from(affiliates)).toMatchObject([{ status: 'active' }])
  })
})
