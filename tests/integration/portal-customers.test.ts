import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mails } from '@/db'
import type { Actor } from '@/lib/actor'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'
import { listCustomers } from '@/lib/customers/queries'
import { chooseMails } from '@/lib/settings/choose-mails'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'

let books: Books
let sofia: string
const as = (affiliateId: string): Actor => ({
  kind: 'person',
  userId: affiliateId,
  email: 'x@example.com',
  administrator: null,
  affiliateId,
})

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
    const options = { affiliateId: ahmet, sort: 'earned', page: 1, limit: 10 } as const
    const { customers, more } = await listCustomers(as(ahmet), options, db)
    expect(more).toBe(false)
    expect(customers).toHaveLength(2)
    expect(customers[0]).toMatchObject({
      status: 'active',
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
    const options = { affiliateId: sofia, page: 1, limit: 10 }
    await expect(listCustomers(as(books.ahmet), options, books.db)).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('come page by page, none twice', async () => {
    const { db, ahmet } = books
    const page = (number: number) =>
      listCustomers(as(ahmet), { affiliateId: ahmet, page: number, limit: 1 }, db)
    const [first, second] = [await page(1), await page(2)]
    expect([first.more, second.more]).toEqual([true, false])
    expect(first.customers[0]?.id).not.toBe(second.customers[0]?.id)
  })
})

describe('commissions as CSV', () => {
  it('are all of the affiliate’s, with instalments that add up, and nobody else’s', async () => {
    const { db, ahmet } = books
    let csv = ''
    for await (const part of streamCommissionsCsv(as(ahmet), ahmet, db)) csv += part
    const rows = csv
      .trim()
      .split('\r\n')
      .map((line) => line.split(','))
    const width = rows[0]?.length
    expect(rows.every((row) => row.length === width)).toBe(true)
    const of = (kind: string) => rows.filter(([first]) => first === kind)
    expect(of('commission').map((row) => row[14])).toEqual(expect.arrayContaining(['4.80', '53.44']))
    expect(of('instalment')).toHaveLength(13)
    expect(of('commission').map((row) => row[11])).toEqual(expect.arrayContaining(['3.55', '8.29']))
    const stranger = streamCommissionsCsv(as(ahmet), sofia, db)
    await expect(stranger.next()).rejects.toMatchObject({ code: 'not_found' })
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
