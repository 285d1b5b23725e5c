import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as affiliatesRoute from '@/app/api/v1/affiliates/route'
import * as payoutsRoute from '@/app/api/v1/payouts/route'
import * as runsRoute from '@/app/api/v1/payout-runs/route'
import { database } from '@/db'
import { pageOf, payoutBody, payoutRunBody } from '@/lib/api/bodies'
import { draftPayoutRun } from '@/lib/payouts/draft-payout-run'
import { apiProgramme, callApi, newPerson, type ApiProgramme } from '@/tests/support/api'
import { draftAndApprove, earn, newColleague, payByPaypal } from '@/tests/support/payouts'

let programme: ApiProgramme
let affiliateId: string
let approved: string
let drafted: string
const now = new Date()
const on = new Date(now.getTime() - 5 * 86_400_000).toISOString().slice(0, 10)
beforeAll(async () => {
  programme = await apiProgramme()
  const db = database()
  const made = await callApi(affiliatesRoute.POST, '/affiliates', { key: programme.admin, body: newPerson() })
  affiliateId = made.body.id
  await payByPaypal(db, affiliateId, 'somebody@example.org')
  const people = { drafts: await newColleague(db, 'ines'), approves: await newColleague(db, 'omar') }
  await earn(db, affiliateId, 5000n, { on })
  approved = await draftAndApprove(db, people, now)
  await earn(db, affiliateId, 6000n, { on })
  drafted = await draftPayoutRun(people.drafts, {}, { db, now: new Date(now.getTime() + 1000) })
})
afterAll(() => programme.end())

describe('GET /payout-runs', () => {
  it('lists runs, the latest first, as the document says', async () => {
    const { status, body } = await callApi(runsRoute.GET, '/payout-runs', { key: programme.read })
    expect(status).toBe(200)
    expect(pageOf(payoutRunBody).parse(body).data).toMatchObject([
      { id: drafted, state: 'draft', approvedBy: null, totals: [{ currency: 'usd', amountMinor: '6000' }] },
      { id: approved, state: 'approved', counts: { approved: 1 } },
    ])
    const first = await callApi(runsRoute.GET, '/payout-runs?limit=1', { key: programme.read })
    const cursor = encodeURIComponent(first.body.nextCursor)
    const second = await callApi(runsRoute.GET, `/payout-runs?limit=1&cursor=${cursor}`, {
      key: programme.read,
    })
    expect(second.body).toMatchObject({ data: [{ id: approved }], nextCursor: null })
  })
})

describe('GET /payouts', () => {
  it('lists payouts of a run, of an affiliate without drafts, or in a state', async () => {
    const list = async (query: string) => {
      const { body } = await callApi(payoutsRoute.GET, `/payouts${query}`, { key: programme.read })
      return pageOf(payoutBody)
        .parse(body)
        .data.map(({ runId, state, amountMinor }) => [runId, state, amountMinor])
    }
    const both = [
      [drafted, 'draft', '6000'],
      [approved, 'approved', '5000'],
    ]
    expect(await list('')).toEqual(both)
    expect(await list(`?run=${drafted}`)).toEqual([both[0]])
    expect(await list(`?affiliate=${affiliateId}`)).toEqual([both[1]])
    expect(await list('?state=approved')).toEqual([both[1]])
    expect(await list('?affiliate=aff_nobody')).toEqual([])
  })

  it('shows no whole address, and nothing without a key', async () => {
    const { body } = await callApi(payoutsRoute.GET, '/payouts', { key: programme.read })
    expect(JSON.stringify(body)).not.toContain('somebody@')
    for (const handler of [payoutsRoute.GET, runsRoute.GET])
      expect((await callApi(handler, '/payouts', { key: null })).status).toBe(401)
  })
})
