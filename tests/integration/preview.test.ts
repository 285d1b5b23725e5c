import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, ledgerTransfers, settlementQueue, verdicts } from '@/db'
import type { Actor } from '@/lib/actor'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { drain } from '@/lib/intake/drain'
import { previewDecision } from '@/lib/intake/preview-decision'
import { digestOf, buy, deliverAll, openBooks, type Books } from '@/tests/support/books'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const viewer: Actor = { kind: 'api_key', id: 'key_read', scope: 'read' }
const monthly = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const
const about = (now: Partial<Record<'earned' | 'held', readonly [bigint, bigint]>>) => ({
  affiliateId: books.ahmet,
  affiliateName: 'Ahmet Yılmaz',
  currency: 'usd',
  earnedBeforeMinor: now.earned?.[0] ?? 0n,
  earnedAfterMinor: now.earned?.[1] ?? 0n,
  heldBeforeMinor: now.held?.[0] ?? 0n,
  heldAfterMinor: now.held?.[1] ?? 0n,
})

describe('before it is taken, a decision', () => {
  it('tells what it would take back, and takes nothing', async () => {
    const { paymentId } = await buy(books.stripe, monthly)
    await deliverAll(books)
    const digest = await digestOf(books.db)
    const judge = { paymentId, decision: 'void', reason: 'own purchase' } as const
    const seen = await previewDecision(admin, (db) => judgePayment(admin, judge, db), books.db)
    expect(seen).toEqual({ payments: 1, complete: true, consequences: [about({ earned: [480n, 0n] })] })
    expect(await digestOf(books.db)).toBe(digest)
    for (const table of [verdicts, settlementQueue]) expect(await books.db.select().from(table)).toEqual([])
    const audit = await books.db.select().from(auditEntries)
    expect(audit.filter(({ action }) => action.endsWith('judge'))).toEqual([])
  })

  it('comes true to the cent when it is taken', async () => {
    const { customerId } = await buy(books.stripe, monthly)
    await books.sandbox.advance(62 * 86_400)
    await deliverAll(books)
    const judge = { customerId: customerId ?? '', decision: 'hold', reason: 'under review' } as const
    const seen = await previewDecision(admin, (db) => judgeCustomer(admin, judge, db), books.db)
    const [consequence] = seen.consequences
    expect(seen).toMatchObject({ payments: 3, complete: true })
    expect(consequence).toMatchObject({ earnedAfterMinor: 0n, heldBeforeMinor: 0n })
    expect(consequence?.heldAfterMinor).toBe(consequence?.earnedBeforeMinor)
    await judgeCustomer(admin, judge, books.db)
    await drain(books.db, books.stripe, 30_000)
    const rows = await books.db.select().from(ledgerTransfers)
    const held = rows.reduce((sum, row) => sum + (row.credit === 'held' ? row.amountMinor : 0n), 0n)
    expect(held).toBe(consequence?.heldAfterMinor)
  })

  it('about a code that is nobody’s tells what its payments would earn', async () => {
    await books.stripe.coupons.create({ id: 'loose', percent_off: 5, duration: 'forever' })
    const promotion = { type: 'coupon', coupon: 'loose' } as const
    const code = await books.stripe.promotionCodes.create({ promotion, code: 'LOOSE5' })
    await buy(books.stripe, { ...monthly, code: 'LOOSE5' })
    await deliverAll(books)
    const decision = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'it is theirs' } as const
    const decide = (db: Books['db']) => decideUnmatched(admin, { promotionCodeId: code.id }, decision, db)
    const seen = await previewDecision(admin, decide, books.db)
    expect(seen.consequences).toEqual([about({ earned: [0n, 480n] })])
    expect(await books.db.select().from(ledgerTransfers)).toEqual([])
  })

  it('that would change nothing says so', async () => {
    await buy(books.stripe, monthly)
    await deliverAll(books)
    const suspension = { affiliateId: books.ahmet, reason: 'while we look' }
    const decide = (db: Books['db']) => suspendAffiliate(admin, suspension, { db })
    expect(await previewDecision(admin, decide, books.db)).toMatchObject({ consequences: [] })
  })

  it('is refused as it would be when taken', async () => {
    const judge = { paymentId: 'pi_unknown', decision: 'void', reason: 'own purchase' } as const
    const preview = (actor: Actor) => previewDecision(actor, (db) => judgePayment(actor, judge, db), books.db)
    await expect(preview(admin)).rejects.toMatchObject({ code: 'not_found' })
    await expect(preview(viewer)).rejects.toMatchObject({ code: 'forbidden' })
  })
})
