import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subscriptionMrr, subscriptions } from '@/db'
import type { Actor } from '@/lib/actor'
import { drain } from '@/lib/intake/drain'
import { settleFacts } from '@/lib/intake/settle-facts'
import { factKinds } from '@/lib/intake/facts'
import { setTerms } from '@/lib/programme/set-terms'
import { listMrrMovements } from '@/lib/subscriptions/queries'
import { buy, deliver, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { shuffled, wipe } from '@/tests/support/orders'

const console: Actor = { kind: 'system', job: 'test' }
const person = (affiliateId: string | null): Actor => ({
  kind: 'person',
  userId: 'user',
  email: 'somebody@example.net',
  administrator: null,
  affiliateId,
})
const range = { from: '2026-01', to: '2026-06' } as const

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const months = (affiliateId: string | null = books.ahmet) =>
  listMrrMovements(console, affiliateId, range, books.db)
const ends = async (affiliateId?: string | null) => (await months(affiliateId)).map((month) => month.endMinor)

/** Monthly in January, a year's price from March on, gone in May. */
async function upgradedThenCancelled(): Promise<string> {
  const { session } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
  await books.sandbox.advance(40 * 86_400)
  const subscription = await books.stripe.subscriptions.retrieve(String(session.subscription))
  const price = await books.stripe.prices.create({
    currency: 'usd',
    unit_amount: 60000,
    recurring: { interval: 'year' },
    product_data: { name: 'Pro annual' },
  })
  await books.stripe.subscriptions.update(subscription.id, {
    items: [{ id: String(subscription.items.data[0]?.id), price: price.id }],
  })
  await books.sandbox.advance(60 * 86_400)
  await books.stripe.subscriptions.cancel(subscription.id)
  return subscription.id
}

describe('what an affiliate’s customers bring, month by month', () => {
  it('follows a subscription from its start to its end, less the code’s discount', async () => {
    await upgradedThenCancelled()
    await deliverAll(books)
    expect(await months()).toMatchObject([
      { month: '2026-01', currency: 'usd', startMinor: 0n, newMinor: 2755n, endMinor: 2755n },
      { month: '2026-02', startMinor: 2755n, endMinor: 2755n },
      { month: '2026-03', startMinor: 2755n, expansionMinor: 1995n, endMinor: 4750n },
      { month: '2026-04', startMinor: 4750n, endMinor: 4750n },
      { month: '2026-05', startMinor: 4750n, churnedMinor: 4750n, endMinor: 0n },
      { month: '2026-06', startMinor: 0n, endMinor: 0n },
    ])
  }, 60_000)

  it('is the same in whatever order the events come', async () => {
    await upgradedThenCancelled()
    await deliverAll(books)
    const inOrder = await months()
    for (let seed = 1; seed <= 6; seed++) {
      await wipe(books.database)
      for (const event of shuffled(books.sandbox.events(), seed)) {
        await deliver(books, [event])
        await drain(books.db, books.stripe, 30_000)
      }
      expect(await months(), `drawn by lot ${seed}`).toEqual(inOrder)
    }
  }, 120_000)

  it('counts a customer from the month in which the code came to them', async () => {
    await setTerms(
      console,
      { values: { existingCustomers: 'attribute' }, affiliateId: null },
      { db: books.db, now: new Date('2025-06-01T00:00:00Z') },
    )
    const { session } = await buy(books.stripe, { amount: 2900, interval: 'month' })
    await books.sandbox.advance(40 * 86_400)
    const [code] = (await books.stripe.promotionCodes.list({ code: 'AHMET5' })).data
    await books.stripe.subscriptions.update(String(session.subscription), {
      discounts: [{ promotion_code: String(code?.id) }],
    })
    await deliverAll(books)
    expect(await ends()).toEqual([0n, 0n, 2755n, 2755n, 2755n, 2755n])
    expect(await ends(null)).toEqual(await ends())
  }, 60_000)

  it('adds the affiliates up for the programme, and leaves out whoever belongs to nobody', async () => {
    await newAffiliate(books.db, books.stripe, {
      handle: 'Berta',
      displayName: 'Berta',
      email: 'berta@example.com',
    })
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await buy(books.stripe, { amount: 1000, interval: 'month', code: 'BERTA5' })
    await buy(books.stripe, { amount: 7700, interval: 'month' })
    await deliverAll(books)
    expect((await ends()).at(0)).toBe(2755n)
    expect((await ends(null)).at(0)).toBe(2755n + 950n)
  }, 60_000)

  it('ends where the figure of today stands', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await books.sandbox.advance(62 * 86_400)
    await deliverAll(books)
    const running = await books.db.select().from(subscriptions)
    expect((await ends()).at(-1)).toBe(running.reduce((sum, { mrrMinor }) => sum + mrrMinor, 0n))
  }, 60_000)

  it('is shown to the affiliate and the console, to nobody else', async () => {
    const look = (actor: Actor, affiliateId: string | null) =>
      listMrrMovements(actor, affiliateId, range, books.db)
    await expect(look(person('aff_other'), books.ahmet)).rejects.toMatchObject({ code: 'not_found' })
    await expect(look(person(null), books.ahmet)).rejects.toMatchObject({ code: 'not_found' })
    await expect(look(person(books.ahmet), null)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(look(person(books.ahmet), books.ahmet)).resolves.toEqual([])
  })
})

describe('a discount that becomes known after the subscription that has it', () => {
  it('lowers what was seen before, also without a further word of the subscription', async () => {
    const { session } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    const id = String(session.subscription)
    const read = await books.stripe.subscriptions.retrieve(id)
    const expanded = await books.stripe.subscriptions.retrieve(id, {
      expand: ['discounts', 'discounts.source.coupon', 'discounts.promotion_code'],
    })
    const sight = { observedAt: new Date('2026-01-31T10:00:00Z'), eventId: null }
    const clock = { recordedAt: sight.observedAt, wallNow: sight.observedAt }
    const take = (facts: ReturnType<typeof factKinds.subscription.observe>) =>
      books.db.transaction((tx) => settleFacts(tx, facts, clock))

    await take(factKinds.subscription.observe(read, sight))
    const rows = () => books.db.select().from(subscriptionMrr).where(eq(subscriptionMrr.subscriptionId, id))
    expect((await rows()).map(({ mrrMinor }) => mrrMinor)).toEqual([2900n])

    const learnt = factKinds.subscription.observe(expanded, sight).filter(({ kind }) => kind === 'discount')
    await take(learnt)
    expect((await rows()).map(({ mrrMinor }) => mrrMinor)).toEqual([2900n, 2755n])
    const [now] = await books.db.select().from(subscriptions)
    expect(now?.mrrMinor).toBe(2755n)
    await take(factKinds.subscription.observe(read, sight))
    expect(await rows()).toHaveLength(2)
  }, 60_000)
})
