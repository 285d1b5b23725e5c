import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/db'
import type { Actor } from '@/lib/actor'
import { suspendAffiliate } from '@/lib/affiliates/suspend-affiliate'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { drain } from '@/lib/intake/drain'
import { replayBooks, type ReplayOrder } from '@/lib/intake/replay'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { buy, deliverAll, digestOf, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { pictureOf } from '@/tests/support/orders'

const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
const day = 86_400

let books: Books
const settle = () => drain(books.db, books.stripe, 30_000)
const replay = (order: ReplayOrder = { kind: 'recorded' }) =>
  replayBooks(admin, { url: books.database.migrateUrl, order, batch: 5 })

/** Half a year with all that is decided by people: by hand, on a foreign code, on a standing. */
async function live(): Promise<void> {
  const { stripe, db, sandbox } = books
  const zoe = await newAffiliate(db, stripe, { handle: 'Zoe', displayName: 'Zoë', email: 'zoe@example.com' })
  await buy(stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
  const year = await buy(stripe, { amount: 29000, interval: 'year', code: 'ZOE5' })
  await buy(stripe, { amount: 10000, code: 'AHMET5' })
  const nobodys = await buy(stripe, { amount: 2900, interval: 'month' })
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' })
  await stripe.promotionCodes.create({ code: 'OLD10', promotion: { type: 'coupon', coupon: coupon.id } })
  await buy(stripe, { amount: 4900, interval: 'month', code: 'OLD10' })
  await deliverAll(books)
  const word = { customerId: nobodys.customerId ?? '', affiliateId: zoe, reason: 'on the phone' }
  await attributeByHand(admin, { ...word, since: '2026-02-15' }, db)
  const given = { kind: 'affiliate', affiliateId: books.ahmet, reason: 'his old one' } as const
  await decideUnmatched(admin, { couponId: coupon.id }, given, db)
  await sandbox.advance(40 * day)
  await stripe.refunds.create({ payment_intent: year.paymentId, amount: 18367 })
  const suspended = { db, now: new Date('2026-04-15T00:00:00Z') }
  await suspendAffiliate(admin, { affiliateId: books.ahmet, reason: 'a complaint' }, suspended)
  await sandbox.advance(60 * day)
  await stripe.subscriptions.cancel(String(year.session.subscription))
  await deliverAll(books)
  await settle()
}

beforeAll(async () => {
  books = await openBooks('2026-01-31T10:00:00Z')
  await live()
}, 60_000)
afterAll(() => books.close())

describe('replaying the books', () => {
  it.each([{ kind: 'recorded' }, { kind: 'reverse' }, { kind: 'random', seed: '7' }] as ReplayOrder[])(
    'gives the same ledger from the facts, in the order $kind',
    async (order) => {
      const replayed = await replay(order)
      expect(replayed.differences).toEqual([])
      expect(replayed).toMatchObject({ same: true, digest: await digestOf(books.db) })
      expect(replayed.facts).toBeGreaterThan(50)
    },
  )

  it('asks Stripe nothing, changes nothing in the books and leaves nothing behind', async () => {
    const before = await pictureOf(books.db)
    const asked = books.sandbox.events().length
    await replay()
    expect(await pictureOf(books.db)).toEqual(before)
    expect(books.sandbox.events()).toHaveLength(asked)
    const schemas = await books.db.execute(
      sql`select nspname from pg_namespace where nspname = 'tributary_replay'`,
    )
    expect([...schemas]).toEqual([])
  })

  it('one at a time', async () => {
    const tries = await Promise.allSettled([replay(), replay()])
    expect(tries.map((each) => each.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(tries.find((each) => each.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  })

  it('is not for a reading key, and not while something is still to be settled', async () => {
    const reader: Actor = { kind: 'api_key', id: 'key_2', scope: 'read' }
    const order = { kind: 'recorded' } as const
    await expect(replayBooks(reader, { url: books.database.migrateUrl, order })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await enqueueSettlement(books.db, [{ subjectId: 'cus_x', kind: 'customer', reason: 'a test' }])
    await expect(replay()).rejects.toMatchObject({ code: 'conflict' })
    await settle()
  })

  it('shows what no fact speaks for', async () => {
    const owner = connect(books.database.migrateUrl, { max: 1 })
    await owner.db.execute(sql`
      insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor,
        line_key, seq, kind, affiliate_id, payment_id)
      values (now(), now(), '2026-05-01', '2026-05-31', 'commission_expense', 'earned', 'usd', 7, 'instalment/0', 1,
        'instalment', ${books.ahmet}, 'pi_invented')`)
    await owner.close()
    const { same, differences } = await replay()
    expect(same).toBe(false)
    expect(differences).toContain(`- ${books.ahmet} usd earned 2026-05-01 2026-05-31 7`)
  })
})
