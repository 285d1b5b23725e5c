import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, codes } from '@/db'
import type { Actor } from '@/lib/actor'
import { closeAffiliate } from '@/lib/affiliates/close-affiliate'
import { wallNow } from '@/lib/clock'
import { createCode, type CreateCode } from '@/lib/codes/create-code'
import { getCode } from '@/lib/codes/console-queries'
import { provisionCode, provisionDueCodes } from '@/lib/codes/provision-code'
import { createStripe, type Stripe } from '@/lib/stripe/client'
import { buy, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { dyingAtAnswer } from '@/tests/support/dying-stripe'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
const now = new Date('2026-01-31T12:00:00Z')

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const inAnHour = () => new Date(wallNow().getTime() + 3_600_000)
const wished = (of: Partial<CreateCode> = {}): CreateCode => ({
  affiliateId: books.ahmet,
  code: 'AHMET-SUMMER',
  percentOff: '12.5',
  ...of,
})
const create = (of: Partial<CreateCode> = {}, actor = admin) =>
  createCode(actor, wished(of), books.stripe, { db: books.db, now })
const provision = (code: string, stripe: Stripe = books.stripe) => provisionCode(books.db, stripe, code)
const make = async (of: Partial<CreateCode> = {}) => {
  const code = await create(of)
  await provision(code)
  return code
}
const row = async (code: string) => {
  const [found] = await books.db.select().from(codes).where(eq(codes.code, code))
  return found
}
const deeds = async (subjectId: string) => {
  const rows = await books.db.select().from(auditEntries).where(eq(auditEntries.subjectId, subjectId))
  return rows.map(({ action }) => action)
}
const promotions = (code: string) => books.sandbox.all('promotion_code').filter((each) => each.code === code)

describe('a further code', () => {
  it('is made at Stripe as it was wished, on a coupon of its own', async () => {
    const code = await make({
      code: ' ahmet-summer ',
      percentOff: '',
      amountOff: '7.50',
      currency: 'EUR',
      duration: 'repeating',
      months: '3',
      maxRedemptions: '100',
      expiresOn: '2026-06-30',
      firstTimeOnly: 'on',
    })
    expect(code).toBe('AHMET-SUMMER')
    const [promotion] = promotions(code)
    expect(promotion).toMatchObject({
      max_redemptions: 100,
      expires_at: Date.parse('2026-07-01T00:00:00Z') / 1000,
      restrictions: { first_time_transaction: true },
      metadata: { affiliate_id: books.ahmet, affiliate_code: code },
    })
    const coupon = await books.stripe.coupons.retrieve(promotion?.promotion.coupon ?? '')
    expect(coupon).toMatchObject({
      amount_off: 750,
      currency: 'eur',
      duration: 'repeating',
      duration_in_months: 3,
    })
    expect(coupon.id).toMatch(new RegExp(`^${books.ahmet.replace('aff_', 'trb_')}_`))
    expect(await row('AHMET5')).toMatchObject({ stripeCouponId: books.ahmet.replace('aff_', 'trb_') })
    expect(await getCode(reader, code.toLowerCase(), books.db)).toMatchObject({
      affiliateName: 'Ahmet Yılmaz',
      status: 'active',
      durationInMonths: 3,
    })
    expect(await deeds(code)).toEqual(['code.create'])
  })

  it('counts for the affiliate like the first one', async () => {
    await make()
    const { customerId } = await buy(books.stripe, {
      amount: 2900,
      interval: 'month',
      code: 'ahmet-SUMMER',
      fee: 100,
    })
    await deliverAll(books)
    const found = await books.db.query.customers.findFirst({ where: (c) => eq(c.id, customerId ?? '') })
    expect(found).toMatchObject({ affiliateId: books.ahmet, matchedBy: 'promotion_code' })
  })

  it.each([
    ['of more than everything', { percentOff: '100.01' }, 'percentOff'],
    ['with a letter that Stripe does not take', { code: 'ŞEKER' }, 'code'],
    ['with a space', { code: 'A B' }, 'code'],
    ['with a text that is taken', { code: 'ahmet5' }, 'code'],
    ['of nobody', { affiliateId: 'aff_nobody' }, 'affiliateId'],
  ] satisfies [string, Partial<CreateCode>, string][])('%s is refused at its field', async (_, of, field) => {
    await expect(create(of)).rejects.toMatchObject({ field })
    expect(await books.db.$count(codes)).toBe(1)
  })

  it('for a closed affiliate, with a text of Stripe’s or of the past, is refused', async () => {
    const coupon = await books.stripe.coupons.create({ percent_off: 5, duration: 'forever' })
    const promotion = { type: 'coupon', coupon: coupon.id } as const
    const { id } = await books.stripe.promotionCodes.create({ code: 'WINTER', promotion })
    await expect(create({ code: 'winter' })).rejects.toMatchObject({ code: 'conflict', field: 'code' })
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'WINTER', fee: 100 })
    await books.stripe.promotionCodes.update(id, { active: false })
    await deliverAll(books)
    await expect(create({ code: 'winter' })).rejects.toThrow('Customers have used a code WINTER before')
    await closeAffiliate(admin, { affiliateId: books.ahmet, reason: 'over' }, { db: books.db })
    await expect(create()).rejects.toThrow('a new code would earn nothing')
  })

  it('asked for twice and at once is made once', async () => {
    const results = await Promise.allSettled([create(), create(), create()])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(create()).rejects.toMatchObject({ code: 'conflict', field: 'code' })
    await Promise.all([provision('AHMET-SUMMER'), provision('AHMET-SUMMER')])
    expect(promotions('AHMET-SUMMER')).toHaveLength(1)
  })

  it('that fails half-way leaves nothing', async () => {
    await refuseAudit(books.database)
    await expect(create()).rejects.toThrow()
    expect(await row('AHMET-SUMMER')).toBeUndefined()
    expect(promotions('AHMET-SUMMER')).toHaveLength(0)
  })

  it('is not made by who may only look', async () => {
    await expect(create({}, reader)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it.each([1, 2, 3, 4])(
    'whose maker died between Stripe’s answer %i and our commit is one code all the same',
    async (n) => {
      const code = await create()
      const { client, died } = dyingAtAnswer(books.sandbox, n)
      void provision(code, client)
      await died
      expect(await provisionDueCodes(books.db, books.stripe, inAnHour())).toBe(1)
      expect(promotions(code)).toHaveLength(1)
      expect(await row(code)).toMatchObject({
        status: 'active',
        stripePromotionCodeId: promotions(code)[0]?.id,
        provisionAt: null,
      })
      const coupons = books.sandbox.all('coupon').filter(({ id }) => id.includes('_', 5))
      expect(coupons).toHaveLength(1)
    },
  )

  it('whose text somebody takes at Stripe meanwhile is refused, and its text is free again', async () => {
    const code = await create()
    await books.stripe.coupons.create({ id: 'house', percent_off: 50, duration: 'once' })
    await books.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: 'house' }, code })
    expect(await provision(code)).toMatchObject({ status: 'refused' })
    expect(await row(code)).toBeUndefined()
    expect(await deeds(code)).toEqual(['code.create', 'code.refused'])
  })

  it('that Stripe will never make, whatever it is asked, is refused with Stripe’s words', async () => {
    const code = await create({ percentOff: '', amountOff: '5', currency: 'eur' })
    await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/settings', {
      failures: [{ path: '/v1/coupons', status: 400, times: 9, how: 'error' }],
    })
    const { status } = await provision(code)
    expect(status).toBe('refused')
    expect(await row(code)).toBeUndefined()
  })

  it('waits for a Stripe that does not answer', async () => {
    const code = await create()
    const away = createStripe('sk_test_books', 'http://127.0.0.1:1')
    expect(await provision(code, away)).toMatchObject({ status: 'provisioning' })
    expect((await row(code))?.provisionError).not.toBeNull()
    await provisionDueCodes(books.db, books.stripe, inAnHour())
    expect(await row(code)).toMatchObject({ status: 'active', provisionError: null })
  })
})
