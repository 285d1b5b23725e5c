import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, codes } from '@/db'
import type { Actor } from '@/lib/actor'
import { wallNow } from '@/lib/clock'
import { getCode } from '@/lib/codes/console-queries'
import { provisionCode, provisionDueCodes } from '@/lib/codes/provision-code'
import { switchCode } from '@/lib/codes/switch-code'
import { drain } from '@/lib/intake/drain'
import { followLink } from '@/lib/links/follow-link'
import type { Stripe } from '@/lib/stripe/client'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { standAtTheSandboxsTime } from '@/tests/support/programme-life'
import { dyingAtAnswer } from '@/tests/support/dying-stripe'
import { refuseAudit } from '@/tests/support/failing-audit'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

/** Stripe's clock and ours are one: what is read again of two sights from one second is later than both, and earlier than what follows. */
async function deliverAll(all: Books): Promise<void> {
  await standAtTheSandboxsTime(all)
  await deliver(all, all.sandbox.events())
  await drain(all.db, all.stripe, 30_000)
}

const inAnHour = () => new Date(wallNow().getTime() + 3_600_000)
const provision = (code: string, stripe: Stripe = books.stripe) => provisionCode(books.db, stripe, code)
const row = async (code: string) => {
  const [found] = await books.db.select().from(codes).where(eq(codes.code, code))
  return found
}
const deeds = async (subjectId: string) => {
  const rows = await books.db.select().from(auditEntries).where(eq(auditEntries.subjectId, subjectId))
  return rows.map(({ action }) => action)
}
const promotions = (code: string) => books.sandbox.all('promotion_code').filter((each) => each.code === code)

describe('pausing a code', () => {
  const pause = (of: object = {}) =>
    switchCode(admin, { code: 'AHMET5', to: 'paused', reason: 'abused', ...of }, books.db)
  const resume = (of: object = {}) =>
    switchCode(admin, { code: 'AHMET5', to: 'active', reason: 'sorted out', ...of }, books.db)

  it('switches it off at Stripe, shows no drift, and resuming switches it on', async () => {
    await pause()
    expect(await row('AHMET5')).toMatchObject({ status: 'active', switchTo: 'paused' })
    await provision('AHMET5')
    expect(promotions('AHMET5')[0]).toMatchObject({ active: false })
    await deliverAll(books)
    expect(await row('AHMET5')).toMatchObject({
      status: 'paused',
      drift: null,
      switchTo: null,
      provisionAt: null,
    })
    await books.sandbox.advance(60)
    await resume()
    await provision('AHMET5')
    await deliverAll(books)
    expect(await row('AHMET5')).toMatchObject({ status: 'active', drift: null, wanted: true })
    expect(await deeds('AHMET5')).toEqual(['code.pause', 'code.resume'])
  })

  it('leaves its link leading to the product, and its customers earning', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    await deliverAll(books)
    await pause()
    await provision('AHMET5')
    const { link, url } = await followLink({ code: 'ahmet5', slug: null }, books.db)
    expect(link).toMatchObject({ affiliateId: books.ahmet })
    expect([url.searchParams.get('code'), url.searchParams.get('ref')]).toEqual([null, 'AHMET5'])
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    const earned = await books.db.query.commissions.findMany()
    expect(earned.map(({ affiliateId }) => affiliateId)).toEqual([books.ahmet, books.ahmet])
  })

  it('twice, at once, stale, of nothing or of a used-up one is refused in words', async () => {
    const { standing } = await getCode(reader, 'AHMET5', books.db)
    const results = await Promise.allSettled([pause(), pause()])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(resume()).rejects.toThrow('being switched already')
    await provision('AHMET5')
    await expect(pause()).rejects.toThrow('paused already')
    await expect(resume({ seen: standing })).rejects.toThrow('has changed since')
    await expect(pause({ code: 'NOBODY' })).rejects.toMatchObject({ code: 'not_found' })
    await books.db.update(codes).set({ status: 'exhausted' })
    await expect(resume()).rejects.toThrow('used up')
  })

  it('is not for who may only look', async () => {
    const input = { code: 'AHMET5', to: 'paused', reason: 'x' } as const
    await expect(switchCode(reader, input, books.db)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('that fails half-way leaves it as it was', async () => {
    await refuseAudit(books.database)
    await expect(pause()).rejects.toThrow()
    expect(await row('AHMET5')).toMatchObject({ switchTo: null, status: 'active', provisionAt: null })
  })

  it('is finished by the worker where whoever decided died at Stripe’s answer', async () => {
    await pause()
    const { client, died } = dyingAtAnswer(books.sandbox, 1)
    void provision('AHMET5', client)
    await died
    expect(await row('AHMET5')).toMatchObject({ status: 'active', switchTo: 'paused' })
    expect(await provisionDueCodes(books.db, books.stripe, wallNow())).toBe(0)
    expect(await provisionDueCodes(books.db, books.stripe, inAnHour())).toBe(1)
    expect(await row('AHMET5')).toMatchObject({ status: 'paused', switchTo: null })
    expect(promotions('AHMET5')).toHaveLength(1)
  })

  it('is not forgotten where an event about the code comes in between', async () => {
    await pause()
    await books.stripe.promotionCodes.update(promotions('AHMET5')[0]?.id ?? '', { metadata: { note: 'x' } })
    await deliverAll(books)
    expect(await row('AHMET5')).toMatchObject({ switchTo: 'paused', drift: null })
    await provisionDueCodes(books.db, books.stripe, inAnHour())
    expect(await row('AHMET5')).toMatchObject({ status: 'paused' })
  })

  it('is given up, with Stripe’s words, where Stripe will not switch it on again', async () => {
    await pause()
    await provision('AHMET5')
    await books.stripe.coupons.create({ id: 'house', percent_off: 50, duration: 'once' })
    await books.stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: 'house' },
      code: 'ahmet5',
    })
    await resume()
    await provision('AHMET5')
    expect(await row('AHMET5')).toMatchObject({
      status: 'paused',
      switchTo: null,
      provisionAt: null,
      provisionError: expect.stringContaining('already exists'),
    })
    expect(await deeds('AHMET5')).toContain('code.switch_refused')
  })

  it('shows where Stripe is switched otherwise than was decided, and either can be left', async () => {
    await pause()
    await provision('AHMET5')
    await deliverAll(books)
    await books.sandbox.advance(60)
    await books.stripe.promotionCodes.update(promotions('AHMET5')[0]?.id ?? '', { active: true })
    await deliverAll(books)
    expect(await row('AHMET5')).toMatchObject({
      status: 'active',
      drift: 'It was paused here, and switched on again at Stripe.',
    })
    await resume()
    await provision('AHMET5')
    expect(await row('AHMET5')).toMatchObject({ status: 'active', drift: null, wanted: true })
  })
})
