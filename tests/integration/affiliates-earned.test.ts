import { afterEach, beforeEach, expect, it } from 'vitest'
import { affiliateFigures } from '@/db'
import type { Actor } from '@/lib/actor'
import { countAffiliateFigures } from '@/lib/affiliates/count-figures'
import { listAffiliates, listEarnedCurrencies } from '@/lib/affiliates/queries'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { earn } from '@/tests/support/payouts'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }

it('what was ever an affiliate’s is counted, orders their list in one currency, and follows what goes back', async () => {
  const person = { handle: 'Sofia', displayName: 'Sofia Lindholm', email: 'sofia@example.com' }
  const sofia = await newAffiliate(books.db, books.stripe, person)
  await newAffiliate(books.db, books.stripe, { ...person, handle: 'Ravi', email: 'ravi@example.com' })
  const { paymentId } = await buy(books.stripe, {
    amount: 2900,
    interval: 'month',
    code: 'AHMET5',
    fee: 355,
  })
  await deliverAll(books)
  await earn(books.db, sofia, 481n, { on: '2026-01-01' })
  await earn(books.db, sofia, -70n, { on: '2026-01-02', currency: 'eur' })
  const most = async (currency: string) => {
    await countAffiliateFigures(books.db)
    const wanted = { limit: 10, sort: 'earned_most', currency } as const
    return (await listAffiliates(admin, wanted, books.db)).affiliates.map(({ id, earned }) => ({
      id,
      earned,
    }))
  }
  const ofSofia = {
    id: sofia,
    earned: [
      { currency: 'usd', minor: 481n },
      { currency: 'eur', minor: -70n },
    ],
  }
  expect(await most('usd')).toEqual([
    ofSofia,
    { id: books.ahmet, earned: [{ currency: 'usd', minor: 480n }] },
  ])
  expect(await most('eur')).toEqual([ofSofia])
  expect(await listEarnedCurrencies(admin, books.db)).toEqual(['usd', 'eur'])
  await books.stripe.refunds.create({ payment_intent: paymentId })
  await deliverAll(books)
  expect((await most('usd'))[1]).toEqual({ id: books.ahmet, earned: [{ currency: 'usd', minor: 0n }] })
  await books.db.insert(affiliateFigures).values({ affiliateId: sofia, currency: 'jpy', earnedMinor: 1n })
  expect(await most('jpy')).toEqual([])
})

it('what was earned orders nothing across currencies, and nothing for an affiliate', async () => {
  await expect(listAffiliates(admin, { limit: 1, sort: 'earned_most' }, books.db)).rejects.toMatchObject({
    code: 'invalid',
  })
  const ahmet: Actor = {
    kind: 'person',
    userId: 'user_1',
    email: 'ahmet@example.com',
    administrator: null,
    affiliateId: books.ahmet,
  }
  await expect(listEarnedCurrencies(ahmet, books.db)).rejects.toMatchObject({ code: 'forbidden' })
})
