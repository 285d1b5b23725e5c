import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, codeDecisions, commissions, inboxWork, settlementQueue } from '@/db'
import type { Actor } from '@/lib/actor'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { findDecision } from '@/lib/attribution/decision-queries'
import { findAttribution, listUnmatched } from '@/lib/attribution/queries'
import { drain } from '@/lib/intake/drain'
import { handlers } from '@/lib/intake/events'
import { settleFacts } from '@/lib/intake/settle-facts'
import { buy, deliverAll, digestOf, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 30_000)
const unmatched = async () => (await listUnmatched(reader, { limit: 100 }, books.db)).discounts
const outcomes = async (outcome: 'unmatched' | 'settled') =>
  books.db.select().from(inboxWork).where(eq(inboxWork.outcome, outcome))

const waitingForDecisionLock = async () => {
  const rows = await books.db.execute(sql`
    select from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and not granted
      and database = (select oid from pg_database where datname = current_database())`)
  return rows.length
}

/** A code that somebody made at Stripe, and what was bought with it: by a customer and by a guest. */
async function foreignCode(code = 'SUMMER') {
  const coupon = await books.stripe.coupons.create({ percent_off: 5, duration: 'forever' })
  const promotion = await books.stripe.promotionCodes.create({
    code,
    promotion: { type: 'coupon', coupon: coupon.id },
  })
  const bought = await buy(books.stripe, { amount: 2900, interval: 'month', code, fee: 355 })
  const byGuest = await buy(books.stripe, { amount: 10000, code })
  await deliverAll(books)
  return {
    promotionCodeId: promotion.id,
    couponId: coupon.id,
    customerId: bought.customerId ?? '',
    paymentId: bought.paymentId,
    guestPaymentId: byGuest.paymentId,
  }
}

describe('a code that belongs to nobody', () => {
  it('is listed with what is needed to decide, and named by the events that showed it', async () => {
    const { promotionCodeId, couponId } = await foreignCode()
    expect(await unmatched()).toEqual([
      expect.objectContaining({ promotionCodeId, couponId, code: 'SUMMER', customers: 2 }),
    ])
    const [event] = await outcomes('unmatched')
    expect(event?.sentence).toBe('The code SUMMER belongs to no affiliate; it is in the unmatched list.')
  })

  it('given to an affiliate earns from the past on, for customers and guests, and is listed no more', async () => {
    const { promotionCodeId, customerId, paymentId, guestPaymentId } = await foreignCode()
    const decision = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'his own from before' } as const
    await decideUnmatched(admin, { promotionCodeId }, decision, books.db)
    await settle()
    const rows = await books.db.select().from(commissions)
    expect(rows.map((row) => [row.paymentId, row.status, row.affiliateId]).toSorted()).toEqual(
      [paymentId, guestPaymentId].toSorted().map((id) => [id, 'settled', books.ahmet]),
    )
    expect(await findAttribution(reader, customerId, books.db)).toMatchObject({
      affiliateId: books.ahmet,
      matchedBy: 'promotion_code',
      conflicts: [],
    })
    expect(await unmatched()).toEqual([])
    expect(await outcomes('unmatched')).toEqual([])
    const entries = await books.db.select().from(auditEntries)
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'code.decide_affiliate', subjectId: promotionCodeId }),
    )
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    expect(await books.db.select().from(commissions)).toHaveLength(3)
  })

  it('given by its coupon holds for every code on it', async () => {
    const { couponId, customerId } = await foreignCode()
    const decision = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'all of them' } as const
    await decideUnmatched(admin, { couponId }, decision, books.db)
    await settle()
    expect(await findAttribution(reader, customerId, books.db)).toMatchObject({ matchedBy: 'coupon' })
    expect(await unmatched()).toEqual([])
  })

  it('marked as the house’s is listed no more, and later events say so', async () => {
    const { promotionCodeId } = await foreignCode()
    const before = await digestOf(books.db)
    await decideUnmatched(admin, { promotionCodeId }, { kind: 'house', reason: 'newsletter' }, books.db)
    await settle()
    expect(await unmatched()).toEqual([])
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'SUMMER' })
    await deliverAll(books)
    expect(await unmatched()).toEqual([])
    expect(await outcomes('unmatched')).toEqual([])
    const sentences = (await outcomes('settled')).map((event) => event.sentence)
    expect(sentences).toContain('The code SUMMER is a house code: it earns nobody anything.')
    expect(await digestOf(books.db)).toBe(before)
  })

  it('comes back to the list when the decision is taken back, and its customers leave', async () => {
    const { promotionCodeId, customerId } = await foreignCode()
    const nothing = await digestOf(books.db)
    const given = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'so he said' } as const
    await decideUnmatched(admin, { promotionCodeId }, given, books.db)
    await settle()
    expect(await digestOf(books.db)).not.toBe(nothing)
    await decideUnmatched(admin, { promotionCodeId }, { kind: 'open', reason: 'he lied' }, books.db)
    await settle()
    expect(await digestOf(books.db)).toBe(nothing)
    expect(await findAttribution(reader, customerId, books.db)).toMatchObject({ affiliateId: null })
    expect(await unmatched()).toHaveLength(1)
  })

  it('given to two affiliates at once is the last one’s, and every payment with it', async () => {
    const { promotionCodeId } = await foreignCode()
    const give = () =>
      decideUnmatched(
        admin,
        { promotionCodeId },
        { kind: 'affiliate', affiliateId: books.ahmet, reason: 'twice' },
        books.db,
      )
    await give()
    await settle()
    const once = await digestOf(books.db)
    await Promise.all([give(), give()])
    await settle()
    expect(await digestOf(books.db)).toBe(once)
  })

  it('decided while its customers’ events are being settled leaves nobody out', async () => {
    const { promotionCodeId } = await foreignCode()
    for (let n = 0; n < 6; n++) await buy(books.stripe, { amount: 2900, interval: 'month', code: 'SUMMER' })
    const given = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'his' } as const
    await Promise.all([
      deliverAll(books),
      decideUnmatched(admin, { promotionCodeId }, given, books.db),
      settle(),
    ])
    await settle()
    const rows = await books.db.select().from(commissions)
    expect(rows.map((row) => row.affiliateId)).toEqual(Array(8).fill(books.ahmet))
  })

  it('waits for a settlement that does not know of it yet, and settles whom that one brought', async () => {
    const { promotionCodeId } = await foreignCode()
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'SUMMER' })
    const facts = books.sandbox.events().flatMap((event) => {
      const sight = { observedAt: new Date(event.created * 1000), eventId: event.id }
      return handlers.get(event.type)?.observe(event.data.object, sight) ?? []
    })
    const given = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'his' } as const
    let decision = Promise.resolve()
    await books.db.transaction(async (tx) => {
      const now = new Date()
      await settleFacts(tx, facts, { recordedAt: now, wallNow: now })
      decision = decideUnmatched(admin, { promotionCodeId }, given, books.db)
      await expect.poll(waitingForDecisionLock, { timeout: 10_000 }).toBe(1)
    })
    await decision
    await settle()
    const rows = await books.db.select().from(commissions)
    expect(rows.map((row) => row.affiliateId)).toEqual(Array(3).fill(books.ahmet))
  })
})

describe('a decision on a code', () => {
  it('is refused to a reading key, for an affiliate’s own code and for an affiliate never heard of', async () => {
    const house = { kind: 'house', reason: 'x' } as const
    const own = await books.stripe.promotionCodes.list({ code: 'AHMET5' })
    const promotionCodeId = own.data[0]?.id ?? ''
    await expect(decideUnmatched(reader, { couponId: 'c' }, house, books.db)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(decideUnmatched(admin, { promotionCodeId }, house, books.db)).rejects.toMatchObject({
      code: 'conflict',
      field: 'promotionCodeId',
    })
    const toNobody = { kind: 'affiliate', affiliateId: 'aff_x', reason: 'x' } as const
    await expect(decideUnmatched(admin, { couponId: 'c' }, toNobody, books.db)).rejects.toMatchObject({
      code: 'not_found',
      field: 'affiliateId',
    })
    expect(await books.db.select().from(codeDecisions)).toEqual([])
  })

  it('does not overrule another that it has not seen', async () => {
    const about = { promotionCodeId: 'promo_somebodys' }
    const house = { kind: 'house', reason: 'A sale', seen: 0 } as const
    await decideUnmatched(admin, about, house, books.db)
    const other = decideUnmatched(admin, about, { ...house, kind: 'open' }, books.db)
    await expect(other).rejects.toMatchObject({ code: 'conflict' })
    const last = await findDecision(admin, about, books.db)
    expect(last).toMatchObject({ kind: 'house', reason: 'A sale', affiliate: null })
    await decideUnmatched(admin, about, { ...house, kind: 'open', seen: last?.id }, books.db)
    expect(await findDecision(admin, about, books.db)).toMatchObject({ kind: 'open' })
    expect(await findDecision(admin, { couponId: 'co_other' }, books.db)).toBeNull()
  })

  it('leaves nothing where it fails half-way', async () => {
    const { promotionCodeId } = await foreignCode()
    await refuseAudit(books.database)
    const house = { kind: 'house', reason: 'x' } as const
    await expect(decideUnmatched(admin, { promotionCodeId }, house, books.db)).rejects.toThrow()
    expect(await books.db.select().from(codeDecisions)).toEqual([])
    expect(await books.db.select().from(settlementQueue)).toEqual([])
    expect(await unmatched()).toHaveLength(1)
  })
})
