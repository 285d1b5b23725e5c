import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codes, inboxWork } from '@/db'
import { provisionDueCodes } from '@/lib/codes/provision-code'
import { wallNow } from '@/lib/clock'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { buy, deliver, digestOf, openBooks, type Books } from '@/tests/support/books'
import { standAtTheSandboxsTime } from '@/tests/support/programme-life'

let books: Books
beforeEach(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
})
afterEach(() => books.close())

/** Stripe's clock and ours are one: what is read again of two sights from one second is later than both, and earlier than what follows. */
async function deliverAll(all: Books): Promise<void> {
  await standAtTheSandboxsTime(all)
  await deliver(all, all.sandbox.events())
  await drain(all.db, all.stripe, 30_000)
}

const code = async () => {
  const [row] = await books.db.select().from(codes)
  if (!row) throw new Error('There is no code')
  return row
}
const promotionCodeId = async () => (await code()).stripePromotionCodeId ?? ''
const repair = () => provisionDueCodes(books.db, books.stripe, wallNow())

describe('a code that was changed at Stripe', () => {
  it('switched off there is shown as paused, and active when it is on again', async () => {
    await books.stripe.promotionCodes.update(await promotionCodeId(), { active: false })
    await deliverAll(books)
    expect(await code()).toMatchObject({ status: 'paused', drift: 'It was switched off at Stripe.' })
    await books.sandbox.advance(60)
    await books.stripe.promotionCodes.update(await promotionCodeId(), { active: true })
    await deliverAll(books)
    expect(await code()).toMatchObject({ status: 'active', drift: null })
  })

  it('whose coupon was deleted is gone, and its customers go on earning', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    await deliverAll(books)
    const before = await digestOf(books.db)
    await books.stripe.coupons.del((await code()).stripeCouponId)
    await deliverAll(books)
    expect(await code()).toMatchObject({ status: 'gone', provisionAt: null })
    expect(await digestOf(books.db)).toBe(before)
    await books.sandbox.advance(31 * 86_400)
    await deliverAll(books)
    expect(await digestOf(books.db)).not.toBe(before)
  })

  it('whose metadata were taken away has them put back, each time anew', async () => {
    const { affiliateId, stripeCouponId, code: text } = await code()
    for (let time = 0; time < 2; time++) {
      await books.sandbox.advance(60)
      await books.stripe.coupons.update(stripeCouponId, { metadata: { affiliate_id: '' } })
      await books.stripe.promotionCodes.update(await promotionCodeId(), { metadata: { affiliate_id: '' } })
      await deliverAll(books)
      expect((await code()).drift).toContain('being put back')
      await books.sandbox.advance(60)
      expect(await repair()).toBe(1)
      await deliverAll(books)
      expect(await code()).toMatchObject({ status: 'active', drift: null, provisionAt: null })
      const metadata = { affiliate_id: affiliateId, affiliate_code: text }
      expect(await books.stripe.coupons.retrieve(stripeCouponId)).toMatchObject({ metadata })
      expect(await books.stripe.promotionCodes.retrieve(await promotionCodeId())).toMatchObject({ metadata })
    }
  })

  it('is repaired later where Stripe does not answer', async () => {
    await books.stripe.coupons.update((await code()).stripeCouponId, { metadata: { affiliate_id: '' } })
    await deliverAll(books)
    await books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/settings', {
      failures: [{ path: '/v1/coupons', status: 400, times: 1, how: 'error' }],
    })
    await repair()
    const waiting = await code()
    expect(waiting.provisionError).not.toBeNull()
    expect(waiting.provisionAt).not.toBeNull()
    await provisionDueCodes(books.db, books.stripe, new Date(wallNow().getTime() + 3_600_000))
    expect(await code()).toMatchObject({ drift: null, provisionAt: null, provisionError: null })
  })

  it('ends in the same state whatever order its events come in', async () => {
    const id = await promotionCodeId()
    await books.stripe.promotionCodes.update(id, { active: false })
    await books.sandbox.advance(60)
    await books.stripe.promotionCodes.update(id, { active: true })
    await books.sandbox.advance(60)
    await books.stripe.coupons.del((await code()).stripeCouponId)
    const events = books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
    for (const event of events.toReversed()) {
      await deliver(books, [event])
      await drain(books.db, books.stripe, 10_000)
    }
    expect(await code()).toMatchObject({ status: 'gone' })
    const work = await books.db.select().from(inboxWork)
    expect(new Set(work.map((row) => row.state))).toEqual(new Set(['done']))
  })
})
