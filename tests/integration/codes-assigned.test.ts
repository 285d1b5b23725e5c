import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, codes, commissions, inboxWork } from '@/db'
import type { Actor } from '@/lib/actor'
import { assignCode } from '@/lib/attribution/assign-code'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { listCodesGivenTo, listHouseCodes } from '@/lib/attribution/house-queries'
import { countUnmatched, findAttribution } from '@/lib/attribution/queries'
import { wallNow } from '@/lib/clock'
import { getCode } from '@/lib/codes/console-queries'
import { countCodeFigures } from '@/lib/codes/count-figures'
import { findAtStripe, getAtStripe } from '@/lib/codes/find-at-stripe'
import { provisionDueCodes } from '@/lib/codes/provision-code'
import { readRedemptions } from '@/lib/codes/read-redemptions'
import { drain } from '@/lib/intake/drain'
import { previewDecision } from '@/lib/intake/preview-decision'
import { createStripe } from '@/lib/stripe/client'
import { buy, deliverAll, digestOf, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

/** Two codes on one coupon, as somebody made them in Stripe's dashboard. */
async function foreignCodes() {
  const coupon = await books.stripe.coupons.create({
    percent_off: 12.5,
    duration: 'repeating',
    duration_in_months: 6,
  })
  const promotion = { type: 'coupon', coupon: coupon.id } as const
  const summer = await books.stripe.promotionCodes.create({
    code: 'Summer',
    promotion,
    max_redemptions: 50,
    restrictions: { minimum_amount: 1000, minimum_amount_currency: 'usd' },
  })
  const winter = await books.stripe.promotionCodes.create({ code: 'WINTER', promotion })
  return { coupon, summer, winter }
}
const options = () => ({ db: books.db, stripe: books.stripe })
const find = (asked: string) => findAtStripe(reader, asked, options())
const get = (id: string) => getAtStripe(reader, id, options())
const settle = () => drain(books.db, books.stripe, 30_000)
const assign = async (id: string, actor = admin, affiliateId = books.ahmet) =>
  assignCode(actor, await get(id), { affiliateId, reason: 'his since spring' }, books.db)
const row = async (code: string) => {
  const [found] = await books.db.select().from(codes).where(eq(codes.code, code))
  return found
}

describe('a code that Stripe has already', () => {
  it('is found by its text in any case, by its id and by its coupon’s, with all that restricts it', async () => {
    const { coupon, summer, winter } = await foreignCodes()
    const [found] = await find(' SUMMER ')
    expect(found).toMatchObject({
      promotionCodeId: summer.id,
      code: 'Summer',
      couponId: coupon.id,
      gives: { percentOffBps: 1250, duration: 'repeating', durationInMonths: 6 },
      maxRedemptions: 50,
      minimumAmountMinor: 1000n,
      minimumAmountCurrency: 'usd',
      ours: null,
    })
    const ids = async (asked: string) => (await find(asked)).map(({ promotionCodeId }) => promotionCodeId)
    expect(await ids(summer.id)).toEqual([summer.id])
    expect((await ids(coupon.id)).toSorted()).toEqual([summer.id, winter.id].toSorted())
    expect(await ids('promo_nobody')).toEqual([])
    expect(await ids('a b')).toEqual([])
    expect((await find('ahmet5'))[0]?.ours).toBe('AHMET5')
    const away = createStripe('sk_test_books', 'http://127.0.0.1:1')
    await expect(findAtStripe(reader, 'x', { db: books.db, stripe: away })).rejects.toThrow('does not answer')
  })

  it('counts for its affiliate from the day on which customers showed it, as the preview said', async () => {
    const { summer } = await foreignCodes()
    const { customerId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'SUMMER',
      fee: 100,
    })
    const guest = await buy(books.stripe, { amount: 10000, code: 'summer' })
    await deliverAll(books)
    expect(await countUnmatched(reader, books.db)).toBe(1)
    const found = await get(summer.id)
    const preview = await previewDecision(
      admin,
      (db) => assignCode(admin, found, { affiliateId: books.ahmet, reason: 'a preview' }, db),
      books.db,
    )
    expect(await row('Summer')).toBeUndefined()
    await assign(summer.id)
    await settle()
    const earned = await books.db.select().from(commissions)
    const total = earned.reduce((sum, each) => sum + each.remainingMinor, 0n)
    expect(preview).toMatchObject({ payments: 2, consequences: [{ affiliateId: books.ahmet }] })
    expect(preview.consequences[0]?.earnedAfterMinor).toBe(total)
    expect(earned.map(({ affiliateId }) => affiliateId)).toEqual([books.ahmet, books.ahmet])
    expect(earned.map(({ paymentId }) => paymentId)).toContain(guest.paymentId)
    const attribution = await findAttribution(reader, customerId ?? '', books.db)
    expect(attribution).toMatchObject({ affiliateId: books.ahmet, matchedBy: 'promotion_code' })
    expect(attribution?.since).toEqual(attribution?.evidence[0]?.at)
    expect(await countUnmatched(reader, books.db)).toBe(0)
    const work = await books.db.select().from(inboxWork).where(eq(inboxWork.outcome, 'unmatched'))
    expect(work).toEqual([])
  })

  it('leaves the coupon that it shares, and what came by the other code on it, to whom they belong', async () => {
    const { coupon, summer, winter } = await foreignCodes()
    await assign(summer.id)
    expect(await provisionDueCodes(books.db, books.stripe, wallNow())).toBe(1)
    const { metadata } = await books.stripe.promotionCodes.retrieve(summer.id)
    expect(metadata).toMatchObject({ affiliate_id: books.ahmet })
    expect((await books.stripe.coupons.retrieve(coupon.id)).metadata).toEqual({})
    await books.sandbox.advance(60)
    const { customerId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'WINTER',
      fee: 100,
    })
    await deliverAll(books)
    expect(await findAttribution(reader, customerId ?? '', books.db)).toMatchObject({ affiliateId: null })
    expect(await row('Summer')).toMatchObject({ status: 'active', drift: null, provisionAt: null })
    const sofia = await newAffiliate(books.db, books.stripe, {
      handle: 'Sofia',
      displayName: 'Sofia Lindholm',
      email: 'sofia@example.com',
    })
    await assign(winter.id, admin, sofia)
    await settle()
    expect(await findAttribution(reader, customerId ?? '', books.db)).toMatchObject({ affiliateId: sofia })
  })

  it('is assigned once, also at once, and not by who may only look, nor half-way', async () => {
    const { summer, winter } = await foreignCodes()
    await expect(assign(summer.id, reader)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(assign(summer.id, admin, 'aff_nobody')).rejects.toMatchObject({ field: 'affiliateId' })
    await expect(assign('promo_nobody')).rejects.toMatchObject({ code: 'not_found' })
    const results = await Promise.allSettled([assign(summer.id), assign(summer.id)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(assign(summer.id)).rejects.toMatchObject({ code: 'conflict' })
    const deeds = await books.db.select().from(auditEntries).where(eq(auditEntries.action, 'code.assign'))
    expect(deeds).toMatchObject([{ subjectId: 'Summer', reason: 'his since spring' }])
    await refuseAudit(books.database)
    await expect(assign(winter.id)).rejects.toThrow()
    expect(await row('WINTER')).toBeUndefined()
  })

  it('whose text is that of a code in the books is refused in words', async () => {
    const coupon = await books.stripe.coupons.create({ percent_off: 5, duration: 'once' })
    const [own] = books.sandbox.all('promotion_code')
    await books.stripe.promotionCodes.update(own?.id ?? '', { active: false })
    const promotion = { type: 'coupon', coupon: coupon.id } as const
    const { id } = await books.stripe.promotionCodes.create({ code: 'Ahmet5', promotion })
    await expect(assign(id)).rejects.toThrow('Another code in the books has the text Ahmet5')
    await books.stripe.coupons.del(coupon.id)
  })
})

describe('the house’s own code', () => {
  it('is named before anybody used it, earns nobody anything, and can be taken back', async () => {
    const { summer } = await foreignCodes()
    const decide = (kind: 'house' | 'open') =>
      decideUnmatched(admin, { promotionCodeId: summer.id }, { kind, reason: 'a sale' }, books.db, 'Summer')
    await decide('house')
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'summer', fee: 100 })
    await deliverAll(books)
    expect(await countUnmatched(reader, books.db)).toBe(0)
    const house = async () => (await listHouseCodes(reader, { limit: 10 }, books.db)).codes
    expect(await house()).toMatchObject([
      {
        about: { promotionCodeId: summer.id },
        id: summer.id,
        name: 'Summer',
        reason: 'a sale',
        customers: 1,
      },
    ])
    await decide('open')
    await settle()
    expect(await house()).toEqual([])
    const given = async () =>
      (await listCodesGivenTo(reader, books.ahmet, { limit: 10 }, books.db)).codes.map(({ name }) => name)
    const his = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'his talk' } as const
    await decideUnmatched(admin, { promotionCodeId: summer.id }, his, books.db)
    expect(await given()).toEqual(['Summer'])
    await decide('open')
    await settle()
    expect(await given()).toEqual([])
    expect(await countUnmatched(reader, books.db)).toBe(1)
  })
})

describe('what came through a code', () => {
  it('is counted by the code that each customer showed first, and with what went back', async () => {
    const { summer } = await foreignCodes()
    await assign(summer.id)
    const monthly = { amount: 2900, interval: 'month', fee: 355 } as const
    const first = await buy(books.stripe, { ...monthly, code: 'AHMET5' })
    await buy(books.stripe, { ...monthly, code: 'summer' })
    await buy(books.stripe, { amount: 10000, code: 'SUMMER', fee: 300 })
    await deliverAll(books)
    const before = await digestOf(books.db)
    const count = async () => {
      await countCodeFigures(books.db, wallNow())
      const of = async (code: string) => (await getCode(reader, code, books.db)).figures
      return { ahmet: await of('AHMET5'), summer: await of('SUMMER') }
    }
    const { ahmet, summer: ofSummer } = await count()
    expect(ahmet).toEqual([{ currency: 'usd', payments: 1, netMinor: 2400n, commissionMinor: 480n }])
    expect(ofSummer).toMatchObject([{ currency: 'usd', payments: 2 }])
    expect(await getCode(reader, 'SUMMER', books.db)).toMatchObject({ seen: 2 })
    expect(await row('AHMET5')).toMatchObject({ redemptions: 0, seen: 1 })
    expect(await readRedemptions(books.db, books.stripe)).toBe(2)
    expect(await row('AHMET5')).toMatchObject({ redemptions: 1 })
    expect(await row('Summer')).toMatchObject({ redemptions: 2 })
    expect(await readRedemptions(books.db, books.stripe)).toBe(0)
    await books.stripe.refunds.create({ payment_intent: first.paymentId })
    await deliverAll(books)
    expect((await count()).ahmet).toMatchObject([{ payments: 1, commissionMinor: 0n }])
    expect(await digestOf(books.db)).not.toBe(before)
  })
})
