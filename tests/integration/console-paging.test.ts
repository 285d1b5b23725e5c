import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { affiliateFigures, commissions, sweepLeakage, sweeps } from '@/db'
import type { Actor } from '@/lib/actor'
import { affiliateSorts, listAffiliates } from '@/lib/affiliates/queries'
import { listStory } from '@/lib/affiliates/story-queries'
import { decideUnmatched } from '@/lib/attribution/decide-unmatched'
import { listHouseCodes } from '@/lib/attribution/house-queries'
import { reserveWord } from '@/lib/codes/reserve-word'
import { listReservedWords } from '@/lib/codes/reserved-words'
import { commissionSorts, type CommissionSort } from '@/lib/commissions/in-order'
import { listCommissions } from '@/lib/commissions/queries'
import { listAllCustomers } from '@/lib/customers/console-queries'
import { listSweeps, totalsOf } from '@/lib/intake/reconcile/past-sweeps'
import { listLeaks } from '@/lib/intake/reconcile/queries'
import { getWebhookHealth } from '@/lib/intake/webhook-health'
import { listEvents } from '@/lib/intake/queries'
import type { PageWanted } from '@/lib/keyset'
import { listCosts, listLiabilityByMonth, listRedeemed } from '@/lib/programme/console-figures'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { expectPaged, strangeCursors, type Listing } from '@/tests/support/paging'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const monthly = { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 } as const

let books: Books
let sweepId: number
const bought: Awaited<ReturnType<typeof buy>>[] = []
beforeAll(async () => {
  books = await openBooks()
  for (const name of ['Zoë', 'anna', 'Boris', 'Änne']) {
    const handle = `h${name.charCodeAt(0)}`
    await newAffiliate(books.db, books.stripe, { handle, displayName: name, email: `${handle}@example.net` })
  }
  for (const at of [1, 2, 3, 4, 5]) {
    bought.push(await buy(books.stripe, { ...monthly, buyer: { email: `buyer${at}@buyers.example` } }))
    // Two in the same second: the ids decide.
    if (at % 2 === 0) await books.sandbox.advance(3_600)
  }
  await deliverAll(books)
  const { affiliates } = await listAffiliates(admin, { limit: 10 }, books.db)
  // Two who earned the same: the ids decide. And somebody earned in another currency too.
  const earned = affiliates.map(({ id }, at) => ({ affiliateId: id, earnedMinor: BigInt(at >> 1) - 1n }))
  await books.db.insert(affiliateFigures).values(earned.map((row) => ({ ...row, currency: 'usd' })))
  await books.db
    .insert(affiliateFigures)
    .values({ affiliateId: books.ahmet, currency: 'eur', earnedMinor: 9n })
  sweepId = await sweepThatSaved(affiliates.map(({ id }) => id))
  for (const name of ['SUMMER', 'WINTER', 'SPRING', 'AUTUMN', 'SUMMERSALE']) {
    const word = { word: name, anywhere: false, reason: 'ours' }
    await reserveWord(admin, word, books.db)
    await decideUnmatched(admin, { couponId: name }, { kind: 'house', reason: 'a sale' }, books.db)
  }
})
afterAll(() => books.close())

/** As much from two as makes the ids decide, and one in another currency. */
async function sweepThatSaved(affiliateIds: readonly string[]): Promise<number> {
  const at = new Date()
  const over = { state: 'done', since: at, begunAt: at, startedAt: at, finishedAt: at } as const
  const [sweep] = await books.db
    .insert(sweeps)
    .values({ ...over, begunBy: 'nightly' })
    .returning({ id: sweeps.id })
  const id = sweep?.id ?? 0
  const leaks = affiliateIds.map((affiliateId, at) => {
    const amounts = { missedMinor: BigInt(at >> 1), overpaidMinor: 1n }
    return { sweepId: id, affiliateId, currency: 'usd', ...amounts }
  })
  const inYen = { currency: 'jpy', missedMinor: 7n, overpaidMinor: 0n }
  await books.db.insert(sweepLeakage).values([...leaks, { sweepId: id, affiliateId: books.ahmet, ...inYen }])
  await books.db
    .update(sweeps)
    .set({ totals: totalsOf(id) })
    .where(eq(sweeps.id, id))
  return id
}

const lists: Record<string, Listing> = {
  'house codes': async (page) => {
    const { codes, ...ends } = await listHouseCodes(admin, page, books.db)
    return { ids: codes.map(({ id }) => id), ...ends }
  },
  'house codes, searched': async (page) => {
    const { codes, ...ends } = await listHouseCodes(admin, { ...page, search: 'r' }, books.db)
    return { ids: codes.map(({ id }) => id), ...ends }
  },
  'what a sweep saved': async (page) => {
    const { leaks, ...ends } = await listLeaks(admin, { ...page, sweepId }, books.db)
    return { ids: leaks.map(({ affiliateId, currency }) => `${affiliateId} ${currency}`), ...ends }
  },
  ...Object.fromEntries(
    commissionSorts.map((sort) => [
      `an affiliate’s commissions in one currency, ${sort}`,
      async (page: PageWanted) => {
        const wanted = { ...page, sort, currency: 'usd', affiliateId: books.ahmet }
        const { commissions, ...ends } = await listCommissions(admin, wanted, books.db)
        return { ids: commissions.map(({ paymentId }) => paymentId), ...ends }
      },
    ]),
  ),
  ...Object.fromEntries(
    commissionSorts.map((sort) => [
      `commissions, ${sort}`,
      async (page: PageWanted) => {
        const { commissions, ...ends } = await listCommissions(admin, { ...page, sort }, books.db)
        return { ids: commissions.map(({ paymentId }) => paymentId), ...ends }
      },
    ]),
  ),
  customers: async (page) => {
    const { customers, ...ends } = await listAllCustomers(admin, { ...page, attributed: true }, books.db)
    return { ids: customers.map(({ id }) => id), ...ends }
  },
  events: async (page) => {
    const { events, ...ends } = await listEvents(admin, page, books.db)
    return { ids: events.map(({ id }) => id), ...ends }
  },
  story: async (page) => {
    const { chapters, ...ends } = await listStory(admin, { ...page, affiliateId: books.ahmet }, books.db)
    return { ids: chapters.map(({ key }) => key), ...ends }
  },
  ...Object.fromEntries(
    affiliateSorts.map((sort) => [
      `affiliates, ${sort}`,
      async (page: PageWanted) => {
        const currency = sort.startsWith('earned') ? 'usd' : undefined
        const { affiliates, ...ends } = await listAffiliates(admin, { ...page, sort, currency }, books.db)
        return { ids: affiliates.map(({ id }) => id), ...ends }
      },
    ]),
  ),
}

describe.each(Object.entries(lists))('the list of %s', (_name, list) => {
  it('read page by page shows each row once, in the order of the whole, and the same on the way back', async () => {
    await expectPaged(list)
  })

  it.each(strangeCursors)('begins at its beginning for a cursor that is not ours', async (cursor) => {
    expect(await list({ limit: 2, cursor })).toEqual(await list({ limit: 2 }))
  })
})

describe('every sweep that came to its end', () => {
  it('read page by page shows each once, the latest first, with what it saved', async () => {
    const at = new Date()
    const over = { state: 'done', since: at, begunAt: at, startedAt: at, finishedAt: at } as const
    for (let n = 0; n < 3; n += 1) await books.db.insert(sweeps).values({ ...over, begunBy: 'by_hand' })
    await books.db.insert(sweeps).values({ ...over, begunBy: 'nightly', state: 'abandoned' })
    const ids = await expectPaged(async (page) => {
      const { sweeps: found, ...ends } = await listSweeps(admin, page, books.db)
      return { ids: found.map(({ id }) => String(id)), ...ends }
    })
    expect(ids).toHaveLength(4)
    const first = (await listSweeps(admin, { limit: 10 }, books.db)).sweeps.find(({ id }) => id === sweepId)
    const { leaks } = await listLeaks(admin, { sweepId, limit: 100 }, books.db)
    const inDollars = leaks.filter(({ currency }) => currency === 'usd')
    const total = inDollars.reduce((sum, leak) => sum + leak.missedMinor + leak.overpaidMinor, 0n)
    expect(first).toMatchObject({ begunBy: 'nightly', seen: 0, healed: 0 })
    expect(first?.saved).toEqual([
      { currency: 'jpy', minor: 7n },
      { currency: 'usd', minor: total },
    ])
  })
})

describe('reserved words', () => {
  it('read page by page show each once, by the alphabet, and the same on the way back', async () => {
    const whole = await expectPaged(async (page) => {
      const { words, ...ends } = await listReservedWords(admin, page, books.db)
      return { ids: words.map(({ word }) => word), ...ends }
    })
    expect(whole).toEqual(['AUTUMN', 'SPRING', 'SUMMER', 'SUMMERSALE', 'WINTER'])
  })
})

describe('what is typed into a search', () => {
  it('narrows the house’s codes and the reserved words', async () => {
    const house = await listHouseCodes(admin, { limit: 10, search: 'summer' }, books.db)
    expect(house.codes.map(({ id }) => id)).toEqual(['SUMMERSALE', 'SUMMER'])
    const reserved = await listReservedWords(admin, { limit: 10, search: 'sum-mer' }, books.db)
    expect(reserved.words.map(({ word }) => word)).toEqual(['SUMMER', 'SUMMERSALE'])
  })
})

describe('commissions by amount', () => {
  it('are compared within one currency, and those that are not known yet stand with the least', async () => {
    const rows = async (sort: CommissionSort, currency?: string) =>
      (await listCommissions(admin, { limit: 10, sort, currency }, books.db)).commissions
    const [first, second, third, fourth] = bought.map(({ paymentId }) => paymentId)
    const set = (paymentId: string | undefined, change: Partial<typeof commissions.$inferInsert>) =>
      books.db
        .update(commissions)
        .set(change)
        .where(eq(commissions.paymentId, paymentId ?? ''))
    const before = await rows('newest')
    await set(first, { commissionMinor: 100n, remainingMinor: 100n, paymentMinor: 9n })
    await set(second, { commissionMinor: 900n, remainingMinor: 900n, paymentMinor: 7n })
    await set(third, {
      currency: 'eur',
      commissionMinor: 9000n,
      remainingMinor: 9000n,
      paymentCurrency: 'eur',
    })
    await set(fourth, { currency: null, status: 'awaiting_fee', commissionMinor: 0n, remainingMinor: 0n })
    const fifth = bought[4]?.paymentId
    const ids = (found: typeof before) => found.map(({ paymentId }) => paymentId)
    expect(ids(await rows('largest'))).toEqual([second, fifth, first, third, fourth])
    expect(ids(await rows('smallest'))).toEqual([fourth, third, first, fifth, second])
    expect(ids(await rows('largest', 'usd'))).toEqual([second, fifth, first])
    expect(ids(await rows('smallest_payment'))).toEqual([
      third,
      second,
      first,
      ...ids(await rows('smallest_payment')).slice(3),
    ])
    for (const {
      paymentId,
      currency,
      status,
      paymentMinor,
      paymentCurrency,
      commissionMinor,
      remainingMinor,
    } of before)
      await set(paymentId, {
        currency,
        status,
        paymentMinor,
        paymentCurrency,
        commissionMinor,
        remainingMinor,
      })
  })
})

describe('a payment', () => {
  it('is found by whatever Stripe made for it, by its code and by its affiliate', async () => {
    const [{ paymentId = '', customerId = '' } = {}] = bought
    const foundBy = async (sought: string) =>
      (await listCommissions(admin, { limit: 10, sought }, books.db)).commissions.map((row) => row.paymentId)
    const intent = await books.stripe.paymentIntents.retrieve(paymentId)
    const charge = typeof intent.latest_charge === 'string' ? intent.latest_charge : intent.latest_charge?.id
    const refund = await books.stripe.refunds.create({ payment_intent: paymentId, amount: 100 })
    await deliverAll(books)
    const [subscription] = (await books.stripe.subscriptions.list({ customer: customerId ?? '' })).data
    const own = (await listCommissions(admin, { limit: 1, paymentId }, books.db)).commissions[0]
    for (const id of [
      paymentId,
      charge,
      refund.id,
      own?.invoiceId,
      own?.basisId,
      customerId,
      subscription?.id,
    ])
      expect(await foundBy(id ?? ''), id ?? '').toEqual([paymentId])
    for (const text of ['ahmet5', 'Ahmet', books.ahmet]) expect((await foundBy(text)).length, text).toBe(5)
    for (const text of ['pi_never', 'nobody at all', '%', '_']) expect(await foundBy(text), text).toEqual([])
  })
})

describe('the console’s figures', () => {
  it('add up to what the lists say', async () => {
    const { commissions } = await listCommissions(admin, { limit: 100 }, books.db)
    const latest = commissions[0]?.paidAt ?? new Date()
    const left = commissions.reduce((sum, { remainingMinor }) => sum + remainingMinor, 0n)
    const on = latest.toISOString().slice(0, 10) as `${number}-${number}-${number}` // as ISO has it
    const due = await listLiabilityByMonth(admin, on, books.db)
    expect(due.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)).toBe(left)
    const [cost] = await listCosts(admin, latest, books.db)
    expect(cost).toMatchObject({
      currency: 'usd',
      customers: 5,
      payments: 5,
      paidMinor: 5n * 2755n,
      commissionMinor: left,
    })
    expect(cost?.discountMinor).toBe(5n * 145n)
    const redeemed = await listRedeemed(admin, { now: latest, days: 30, limit: 3 }, books.db)
    expect(redeemed).toEqual([
      { affiliateId: books.ahmet, displayName: 'Ahmet Yılmaz', code: 'AHMET5', customers: 5 },
    ])
  })

  it('say how the webhook does', async () => {
    const health = await getWebhookHealth(admin, books.db)
    const { events } = await listEvents(admin, { limit: 100 }, books.db)
    expect(health.lastAt).toEqual(events[0]?.recordedAt)
    expect(health).toMatchObject({ quarantined: 0, oldestWaitingSeconds: null })
    expect(health.perHour.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(events.length)
  })
})
