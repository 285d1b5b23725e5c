import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, codes } from '@/db'
import type { Actor } from '@/lib/actor'
import { countApplicants } from '@/lib/affiliates/queries'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { seenVerdict } from '@/lib/anomalies/give-verdict'
import { countOpenAnomalies, findVerdicts, listAnomalies } from '@/lib/anomalies/queries'
import { countUnmatched, listConflicts } from '@/lib/attribution/queries'
import { listAudit } from '@/lib/audit/queries'
import { countDriftedCodes, listCodes } from '@/lib/codes/console-queries'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const affiliate = (affiliateId: string): Actor => ({
  kind: 'person',
  userId: 'user_1',
  email: 'ahmet@example.com',
  administrator: null,
  affiliateId,
})
const monthly = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

describe('the console', () => {
  it('counts each payment to be judged once, however many rules speak, and not once it is judged', async () => {
    const { paymentId } = await buy(books.stripe, { ...monthly, buyer: { email: 'ahmet@example.com' } })
    await deliverAll(books)
    const { anomalies } = await listAnomalies(admin, { paymentId, limit: 10 }, books.db)
    expect(anomalies.length).toBeGreaterThan(1)
    expect(anomalies[0]).toMatchObject({
      affiliateName: 'Ahmet Yılmaz',
      stake: { currency: 'usd', commissionMinor: 480n, remainingMinor: 0n },
    })
    expect(await countOpenAnomalies(admin, books.db)).toBe(1)
    await judgePayment(admin, { paymentId, decision: 'clear', reason: 'an agency' }, books.db)
    expect(await countOpenAnomalies(admin, books.db)).toBe(0)
  })

  it('refuses a decision made on what somebody else has changed meanwhile', async () => {
    const { paymentId } = await buy(books.stripe, monthly)
    await deliverAll(books)
    const seen = seenVerdict((await findVerdicts(admin, { paymentId, customerId: null }, books.db)).payment)
    await judgePayment(admin, { paymentId, decision: 'hold', reason: 'first', seen }, books.db)
    const late = judgePayment(admin, { paymentId, decision: 'void', reason: 'second', seen }, books.db)
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
    const now = await findVerdicts(admin, { paymentId, customerId: null }, books.db)
    expect(now.payment).toMatchObject({ decision: 'hold', reason: 'first' })
  })

  it('shows a customer whom two codes claim, with both, a page at a time', async () => {
    const person = { handle: 'Sofia', displayName: 'Sofia Lindholm', email: 'sofia@example.com' }
    const sofia = await newAffiliate(books.db, books.stripe, person)
    const claimed = []
    for (const email of ['a@one.example', 'b@two.example']) {
      const { customerId } = await buy(books.stripe, { ...monthly, buyer: { email } })
      claimed.push(customerId ?? '')
      const { data } = await books.stripe.promotionCodes.list({ code: 'SOFIA5', limit: 1 })
      const subscriptions = await books.stripe.subscriptions.list({ customer: customerId ?? '' })
      await books.sandbox.advance(86_400)
      await books.stripe.subscriptions.update(subscriptions.data[0]?.id ?? '', {
        discounts: [{ promotion_code: data[0]?.id ?? '' }],
      })
    }
    await buy(books.stripe, monthly)
    await deliverAll(books)
    const first = await listConflicts(admin, { limit: 1 }, books.db)
    const second = await listConflicts(admin, { limit: 1, cursor: first.nextCursor ?? '' }, books.db)
    const found = [...first.customers, ...second.customers]
    expect(found.map(({ customerId }) => customerId)).toEqual(claimed.toReversed())
    expect(second.nextCursor).toBeNull()
    for (const each of found) {
      expect(each).toMatchObject({ affiliateId: books.ahmet, claims: [{ affiliateId: sofia }] })
    }
  })

  it('lists codes by their text, and those of which Stripe says something else', async () => {
    const person = { handle: 'Sofia', displayName: 'Sofia Lindholm', email: 'sofia@example.com' }
    await newAffiliate(books.db, books.stripe, person)
    await books.db.update(codes).set({ drift: 'The coupon is gone.' }).where(eq(codes.code, 'SOFIA5'))
    const texts = async (options: Partial<Parameters<typeof listCodes>[1]>) =>
      (await listCodes(admin, { limit: 10, ...options }, books.db)).codes.map(({ code }) => code)
    expect(await texts({ sort: 'code' })).toEqual(['AHMET5', 'SOFIA5'])
    const { codes: first, nextCursor } = await listCodes(admin, { limit: 1, sort: 'code' }, books.db)
    expect(first.map(({ code }) => code)).toEqual(['AHMET5'])
    expect(await texts({ sort: 'code', cursor: nextCursor ?? '' })).toEqual(['SOFIA5'])
    expect(await texts({ kind: 'look' })).toEqual(['SOFIA5'])
    expect(await texts({ search: 'met' })).toEqual(['AHMET5'])
    expect(await texts({ search: '%' })).toEqual([])
    expect(await countDriftedCodes(admin, books.db)).toBe(1)
  })

  it('tells who decided what and why, the latest first, by subject, a page at a time', async () => {
    await suspendAffiliate(admin, { affiliateId: books.ahmet, reason: 'while we look' }, { db: books.db })
    const { entries, nextCursor } = await listAudit(admin, { limit: 1 }, books.db)
    expect(entries).toMatchObject([
      { action: 'affiliate.suspend', subjectId: books.ahmet, actorId: 'key_admin', reason: 'while we look' },
    ])
    const older = await listAudit(admin, { limit: 10, cursor: nextCursor ?? '' }, books.db)
    expect(older.entries.map(({ action }) => action)).toContain('affiliate.create')
    expect(older.entries.map(({ action }) => action)).not.toContain('affiliate.suspend')
    const others = await listAudit(admin, { limit: 10, subjectId: 'aff_nobody' }, books.db)
    expect(others.entries).toEqual([])
  })

  it('counts applicants and codes that nobody owns', async () => {
    expect(await countApplicants(admin, books.db)).toBe(0)
    await books.db.update(affiliates).set({ status: 'applied' })
    expect(await countApplicants(admin, books.db)).toBe(1)
    await books.stripe.coupons.create({ id: 'loose', percent_off: 5, duration: 'forever' })
    const promotion = { type: 'coupon', coupon: 'loose' } as const
    await books.stripe.promotionCodes.create({ promotion, code: 'LOOSE5' })
    for (let at = 0; at < 2; at++) await buy(books.stripe, { ...monthly, code: 'LOOSE5' })
    await deliverAll(books)
    expect(await countUnmatched(admin, books.db)).toBe(1)
  })

  it('is closed to affiliates', async () => {
    const { db } = books
    const who = affiliate(books.ahmet)
    const reads = [
      countOpenAnomalies(who, db),
      listConflicts(who, { limit: 1 }, db),
      countUnmatched(who, db),
      listCodes(who, { limit: 1 }, db),
      countDriftedCodes(who, db),
      listAudit(who, { limit: 1 }, db),
      countApplicants(who, db),
      findVerdicts(who, { paymentId: 'pi_1', customerId: null }, db),
    ]
    for (const read of await Promise.allSettled(reads)) {
      expect(read).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } })
    }
  })
})
