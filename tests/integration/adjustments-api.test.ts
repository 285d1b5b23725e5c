import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as adjustmentsRoute from '@/app/api/v1/adjustments/route'
import * as affiliatesRoute from '@/app/api/v1/affiliates/route'
import { database } from '@/db'
import { adjustBalance } from '@/lib/adjustments/adjust-balance'
import { adjustmentBody, pageOf } from '@/lib/api/bodies'
import { apiProgramme, callApi, newPerson, type ApiProgramme } from '@/tests/support/api'
import { newColleague } from '@/tests/support/payouts'

let programme: ApiProgramme
let people: [string, string]
beforeAll(async () => {
  programme = await apiProgramme()
  const db = database()
  const nina = await newColleague(db, 'nina', 'admin')
  const made = async () =>
    (await callApi(affiliatesRoute.POST, '/affiliates', { key: programme.admin, body: newPerson() })).body.id
  people = [await made(), await made()]
  const [first, second] = people
  const give = (affiliateId: string, direction: 'credit' | 'debit', currency: string, at: string) => {
    const sum = { affiliateId, direction, currency, amountMinor: 600n, seenPayableMinor: 0n }
    return adjustBalance(nina, { ...sum, reason: `For ${at}` }, { db, now: new Date(at) })
  }
  await give(first, 'credit', 'usd', '2026-03-01T12:00:00Z')
  await give(first, 'debit', 'eur', '2026-03-02T12:00:00Z')
  await give(second, 'credit', 'usd', '2026-03-03T12:00:00Z')
})
afterAll(() => programme.end())

describe('GET /adjustments', () => {
  const list = async (query: string) => {
    const { status, body } = await callApi(adjustmentsRoute.GET, `/adjustments${query}`, {
      key: programme.read,
    })
    expect(status).toBe(200)
    return { ...pageOf(adjustmentBody).parse(body), cursor: encodeURIComponent(body.nextCursor) }
  }
  const reasons = async (query: string) => (await list(query)).data.map(({ reason }) => reason.slice(4, 14))

  it('lists credits and debits, the latest first, page by page', async () => {
    expect((await list('')).data).toMatchObject([
      { affiliateId: people[1], amountMinor: '600', currency: 'usd', decidedAt: '2026-03-03T12:00:00.000Z' },
      { affiliateId: people[0], amountMinor: '-600', currency: 'eur', payableOn: '2026-03-02' },
      { affiliateId: people[0], amountMinor: '600', reason: 'For 2026-03-01T12:00:00Z' },
    ])
    const first = await list('?limit=2')
    expect(first.data).toHaveLength(2)
    expect(await reasons(`?limit=2&cursor=${first.cursor}`)).toEqual(['2026-03-01'])
  })

  it('lists those of an affiliate, in a currency, or in one direction', async () => {
    expect(await reasons(`?affiliate=${people[0]}`)).toEqual(['2026-03-02', '2026-03-01'])
    expect(await reasons('?currency=usd')).toEqual(['2026-03-03', '2026-03-01'])
    expect(await reasons('?direction=debit')).toEqual(['2026-03-02'])
    expect(await reasons('?affiliate=aff_nobody')).toEqual([])
  })

  it('refuses a filter that is none, naming it', async () => {
    for (const [query, field] of [
      ['?currency=dollars', 'currency'],
      ['?direction=up', 'direction'],
    ] as const) {
      const { status, body } = await callApi(adjustmentsRoute.GET, `/adjustments${query}`, {
        key: programme.read,
      })
      expect([status, body.error.field]).toEqual([400, field])
    }
  })

  it('shows nothing without a key', async () => {
    expect((await callApi(adjustmentsRoute.GET, '/adjustments', { key: null })).status).toBe(401)
  })
})
