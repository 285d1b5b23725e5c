import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mails } from '@/db'
import type { Actor } from '@/lib/actor'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { liftVerdict } from '@/lib/anomalies/lift-verdict'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'
import { customerSorts, listCustomers } from '@/lib/customers/queries'
import { getBalances } from '@/lib/ledger/queries'
import { parseDecimal } from '@/lib/money'
import { chooseMails } from '@/lib/settings/choose-mails'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { expectPaged } from '@/tests/support/paging'
import { useEnvironment } from '@/tests/support/environment'
import { earn } from '@/tests/support/payouts'

let books: Books
let sofia: string
const as = (affiliateId: string): Actor => ({
  kind: 'person',
  userId: affiliateId,
  email: 'x@example.com',
  administrator: null,
  affiliateId,
})

async function csvOf(affiliateId: string): Promise<string[][]> {
  let csv = ''
  for await (const part of streamCommissionsCsv(as(affiliateId), affiliateId, {}, books.db)) csv += part
  return csv
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
}

beforeAll(async () => {
  const now = new Date()
  books = await openBooks(`${now.toISOString().slice(0, 13)}:00:00Z`)
  useEnvironment(books.database)
  const { db, stripe, ahmet } = books
  sofia = await newAffiliate(db, stripe, {
    handle: 'Sofia',
    displayName: 'Sofia',
    email: 'sofia@example.com',
  })
  await chooseMails(as(sofia), { affiliateId: sofia, wanted: ['first_commission'] }, db)
  await buy(stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
  await buy(stripe, { amount: 29000, interval: 'year', code: 'AHMET5', fee: 829 })
  await buy(stripe, { amount: 2900, interval: 'month', code: 'SOFIA5', fee: 355 })
  await deliverAll(books)
  await deliverAll(books)
  expect(ahmet).not.toBe(sofia)
})
afterAll(() => books.close())

describe('customers', () => {
  it('are an affiliate’s own, masked, with what they bring and earned', async () => {
    const { db, ahmet } = books
    const options = { affiliateId: ahmet, sort: 'earned', limit: 10 } as const
    const { customers, nextCursor } = await listCustomers(as(ahmet), options, db)
    expect(nextCursor).toBeNull()
    expect(customers).toHaveLength(2)
    expect(customers[0]).toMatchObject({
      status: 'active',
      planName: null,
      interval: { unit: 'year', count: 1 },
      maskedEmail: 'b•••@e•••.com',
      earned: [{ currency: 'usd', minor: 5344n }],
      months: 0,
    })
    expect(customers[1]).toMatchObject({
      mrr: [{ currency: 'usd', minor: 2755n }],
      earned: [{ currency: 'usd', minor: 480n }],
    })
    const ended = await listCustomers(as(ahmet), { ...options, status: 'ended' }, db)
    expect(ended.customers).toEqual([])
  })

  it('of somebody else are not found', async () => {
    const options = { affiliateId: sofia, limit: 10 }
    await expect(listCustomers(as(books.ahmet), options, books.db)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('have the plan by the name that the shop gave its price', async () => {
    const { db, stripe } = books
    const { session } = await buy(stripe, { amount: 2900, interval: 'month', code: 'SOFIA5', fee: 355 })
    const id = typeof session.subscription === 'string' ? session.subscription : ''
    const [item] = (await stripe.subscriptions.retrieve(id)).items.data
    const price = await stripe.prices.create({
      product: typeof item?.price.product === 'string' ? item.price.product : '',
      currency: 'usd',
      unit_amount: 2900,
      nickname: 'Pro',
      recurring: { interval: 'month' },
    })
    const items = [{ id: item?.id ?? '', price: price.id }]
    await stripe.subscriptions.update(id, { items, proration_behavior: 'none' })
    await deliverAll(books)
    const { customers } = await listCustomers(as(sofia), { affiliateId: sofia, sort: 'since', limit: 10 }, db)
    expect(customers.map(({ planName }) => planName).toSorted()).toEqual(['Pro', null])
  })
})

describe('commissions as CSV', () => {
  it('are all of the affiliate’s, with instalments that add up, and nobody else’s', async () => {
    const { db, ahmet } = books
    const rows = await csvOf(ahmet)
    const width = rows[0]?.length
    expect(rows.every((row) => row.length === width)).toBe(true)
    const of = (kind: string) => rows.filter(([first]) => first === kind)
    expect(of('commission').map((row) => row[14])).toEqual(expect.arrayContaining(['4.80', '53.44']))
    expect(of('instalment')).toHaveLength(13)
    expect(of('commission').map((row) => row[11])).toEqual(expect.arrayContaining(['3.55', '8.29']))
    const stranger = streamCommissionsCsv(as(ahmet), sofia, {}, db)
    await expect(stranger.next()).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the whole file', () => {
  it('adds up to the balance, with what was refunded, cancelled, judged void and earned beside payments', async () => {
    const { db, stripe } = books
    const leyla = await newAffiliate(db, stripe, {
      handle: 'Leyla',
      displayName: 'Leyla',
      email: 'leyla@example.com',
    })
    const yearly = { amount: 29000, interval: 'year', code: 'LEYLA5', fee: 829 } as const
    const refunded = await buy(stripe, { ...yearly, buyer: { email: '-2+3@example.com' } })
    const cancelled = await buy(stripe, yearly)
    const judged = await buy(stripe, yearly)
    const lifted = await buy(stripe, yearly)
    await deliverAll(books)
    await stripe.refunds.create({ payment_intent: refunded.paymentId, amount: 5000 })
    const ended = cancelled.session.subscription
    await stripe.subscriptions.cancel(typeof ended === 'string' ? ended : '')
    const admin: Actor = { kind: 'api_key', id: 'key_1', scope: 'admin' }
    const verdict = { decision: 'void', reason: 'bought for themselves' } as const
    for (const { paymentId } of [judged, lifted]) await judgePayment(admin, { paymentId, ...verdict }, db)
    await deliverAll(books)
    await liftVerdict(admin, { subject: { kind: 'payment', id: lifted.paymentId }, reason: 'it was not' }, db)
    await earn(db, leyla, 1234n)
    await earn(db, leyla, -200n, { currency: 'eur' })
    await deliverAll(books)

    const rows = await csvOf(leyla)
    const kinds = new Set(rows.slice(1).map(([kind]) => kind))
    expect([...kinds].toSorted()).toEqual([
      'cancelled',
      'commission',
      'instalment',
      'opening',
      'reversal',
      'void',
    ])
    const sums = new Map<string, bigint>()
    for (const row of rows.slice(1)) {
      const code = (row[15] ?? '').toLowerCase()
      const amountMinor = row[14] ? (parseDecimal(row[14], code) ?? 0n) : 0n
      sums.set(code, (sums.get(code) ?? 0n) + amountMinor)
    }
    const balances = await getBalances(as(leyla), leyla, '2026-01-01', db)
    expect(sums).toEqual(new Map(balances.map((each) => [each.currency, each.lifetimeMinor])))
    expect(sums.get('eur')).toBe(-200n)
    expect(rows.map((row) => row[4])).toContain("'-•••@e•••.com")
  })
})

describe('letters about what happened', () => {
  it('are written with their cause, once, and only those that are wanted', async () => {
    const rows = await books.db.select().from(mails)
    const causesOf = (affiliateId: string) =>
      rows
        .filter((mail) => mail.affiliateId === affiliateId)
        .map(({ cause }) => cause.split('/')[0])
        .toSorted()
    expect(causesOf(books.ahmet)).toEqual(['customer', 'customer', 'first-commission', 'welcome'])
    expect(causesOf(sofia)).toEqual(['first-commission', 'welcome'])
    const first = rows.find(({ cause }) => cause === `first-commission/${sofia}`)
    expect(first?.subject).toBe('Your first commission: $4.80')
    expect(first?.text).toContain('/portal/commissions/pi_')
    expect(first?.html).toContain('$4.80')
  })
})

// Last, since it adds customers.
describe('the customers', () => {
  it.each(customerSorts)('come page by page by %s, each once, there and back', async (sort) => {
    const { db, ahmet, stripe } = books
    for (const fee of [100, 100, 300])
      await buy(stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee })
    await deliverAll(books)
    const ids = await expectPaged(async (page) => {
      const { customers, ...ends } = await listCustomers(as(ahmet), { affiliateId: ahmet, sort, ...page }, db)
      return { ids: customers.map(({ id }) => id), ...ends }
    })
    expect(new Set(ids).size).toBe(ids.length)
  })
})
