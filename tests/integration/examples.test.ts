import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as balancesRoute from '@/app/api/v1/affiliates/[id]/balances/route'
import * as commissionsRoute from '@/app/api/v1/commissions/route'
import { closeDatabase } from '@/db'
import type { Actor } from '@/lib/actor'
import { createApiKey } from '@/lib/api/create-api-key'
import { streamCommissionsCsv } from '@/lib/commissions/commissions-csv'
import { listCommissionDetails } from '@/lib/commissions/queries'
import { exportLedger } from '@/lib/ledger/export-ledger'
import { getBalances } from '@/lib/ledger/queries'
import { callApi, system } from '@/tests/support/api'
import { buy, deliverAll, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'

/** The examples that the product is explained with: the same numbers wherever they show. */

let books: Books
let key: string
let monthly: string
let annual: string
const day = '2026-03-02'
const lasting = [446, 446, 446, 446, ...Array<number>(8).fill(445)].map(String)

beforeAll(async () => {
  books = await openBooks()
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url, WORKER: 'off' })
  key = (await createApiKey(system, { name: 'read', scope: 'read' })).key
  monthly = (await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })).paymentId
  annual = (await buy(books.stripe, { amount: 29_000, interval: 'year', code: 'AHMET5', fee: 829 })).paymentId
  await deliverAll(books)
})
afterAll(async () => {
  await closeDatabase()
  await books.close()
})

const ahmet = (): Actor => ({
  kind: 'person',
  userId: 'u',
  email: 'ahmet@example.com',
  administrator: null,
  affiliateId: books.ahmet,
})

describe('Pro at $29 a month and at $290 a year, less 5 %, earn 480 and 5344', () => {
  it('in the portal, with the arithmetic to be redone', async () => {
    const { db } = books
    const own = (paymentId: string) =>
      listCommissionDetails(ahmet(), { affiliateId: books.ahmet, paymentId }, db)
    const [month] = await own(monthly)
    expect(month).toMatchObject({ netMinor: 2400n, commissionMinor: 480n })
    const words = JSON.stringify(month?.calculation)
    for (const number of ['27.55', '3.55', '24.00', '4.80']) expect(words).toContain(number)
    const [year] = await own(annual)
    expect(year).toMatchObject({ netMinor: 26_721n, commissionMinor: 5344n })
    expect(JSON.stringify(year?.calculation)).toContain('53.44')
    expect(year?.instalments.map((each) => String(each.amountMinor))).toEqual(lasting)
    expect(await getBalances(ahmet(), books.ahmet, day, db)).toMatchObject([
      {
        currency: 'usd',
        payableMinor: 926n,
        pendingMinor: 446n,
        scheduledMinor: 4452n,
        lifetimeMinor: 5824n,
      },
    ])
  })

  it('in the API', async () => {
    const { body } = await callApi(commissionsRoute.GET, `/commissions?affiliate=${books.ahmet}`, { key })
    const of = (id: string) => body.data.find((each: { paymentId: string }) => each.paymentId === id)
    expect(of(monthly)).toMatchObject({ netMinor: '2400', commissionMinor: '480' })
    expect(of(annual)).toMatchObject({ netMinor: '26721', commissionMinor: '5344' })
    expect(of(annual).instalments.map((each: { amountMinor: string }) => each.amountMinor)).toEqual(lasting)
    const path = `/affiliates/${books.ahmet}/balances?on=${day}`
    const balances = await callApi(balancesRoute.GET, path, { key, params: { id: books.ahmet } })
    expect(JSON.stringify(balances.body)).toMatch(/"payableMinor":"926".*"lifetimeMinor":"5824"/)
  })

  it('in the export of the ledger and the affiliate’s own', async () => {
    const amounts = new Map<string | null, string[]>()
    const reader: Actor = { kind: 'api_key', id: 'key_read', scope: 'read' }
    await exportLedger(
      reader,
      async (page) => {
        for (const { paymentId, amountMinor } of page)
          amounts.set(paymentId, [...(amounts.get(paymentId) ?? []), amountMinor])
      },
      { db: books.db },
    )
    expect(amounts.get(monthly)).toEqual(['480'])
    expect(amounts.get(annual)?.toSorted().toReversed()).toEqual(lasting)
    let csv = ''
    for await (const part of streamCommissionsCsv(ahmet(), books.ahmet, books.db)) csv += part
    expect(csv).toMatch(/,3\.55,24\.00,20\.00,4\.80,USD/)
    expect(csv).toMatch(/,8\.29,267\.21,20\.00,53\.44,USD/)
  })
})
