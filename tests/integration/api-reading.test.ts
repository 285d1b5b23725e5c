import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as affiliatesRoute from '@/app/api/v1/affiliates/route'
import * as balancesRoute from '@/app/api/v1/affiliates/[id]/balances/route'
import * as attributionsRoute from '@/app/api/v1/attributions/route'
import * as commissionsRoute from '@/app/api/v1/commissions/route'
import * as eventsRoute from '@/app/api/v1/events/route'
import * as unmatchedRoute from '@/app/api/v1/unmatched/route'
import {
  balanceDays,
  codes,
  commissions,
  customers,
  database,
  evidence,
  looseEnds,
  inboxEvents,
  inboxWork,
  settlements,
} from '@/db'
import { affiliateBody, attributionBody, balancesBody, commissionBody, pageOf } from '@/lib/api/bodies'
import {
  apiProgramme,
  callApi,
  newPerson,
  type ApiProgramme,
  type Call,
  type Handler,
} from '@/tests/support/api'

let programme: ApiProgramme
beforeAll(async () => {
  programme = await apiProgramme()
})
afterAll(() => programme.end())

const call = (handler: Handler, path: string, options: Partial<Call> = {}) =>
  callApi(handler, path, { key: programme.admin, ...options })
const create = (body: unknown, options: Partial<Call> = {}) =>
  call(affiliatesRoute.POST, '/affiliates', { body, ...options })

describe('reading', () => {
  const affiliateId = async () => {
    const { body } = await create(newPerson())
    return affiliateBody.parse(body).id
  }

  it('gives the balances of any day, in strings that add up', async () => {
    const id = await affiliateId()
    const day = { affiliateId: id, currency: 'usd', account: 'earned' } as const
    await database()
      .insert(balanceDays)
      .values([
        { ...day, earnedOn: '2026-01-31', payableOn: '2026-03-02', amountMinor: 446n },
        { ...day, earnedOn: '2026-02-28', payableOn: '2026-03-30', amountMinor: 446n },
        {
          ...day,
          account: 'held',
          earnedOn: '2026-02-28',
          payableOn: '2026-03-30',
          amountMinor: 9_007_199_254_740_993n,
        },
      ])
    const at = async (on: string) => {
      const { body } = await call(balancesRoute.GET, `/affiliates/${id}/balances?on=${on}`, {
        params: { id },
      })
      return balancesBody.parse(body)
    }
    const lifetimeMinor = '9007199254741885'
    const held = { heldMinor: '9007199254740993', inPayoutMinor: '0', paidMinor: '0', lifetimeMinor }
    expect(await at('2026-01-30')).toEqual({
      on: '2026-01-30',
      balances: [{ currency: 'usd', payableMinor: '0', pendingMinor: '0', scheduledMinor: '892', ...held }],
    })
    expect((await at('2026-02-28')).balances).toMatchObject([{ pendingMinor: '892', scheduledMinor: '0' }])
    expect((await at('2026-03-02')).balances).toMatchObject([{ payableMinor: '446', pendingMinor: '446' }])
    expect((await at('2199-01-01')).balances).toMatchObject([{ payableMinor: '892', lifetimeMinor }])
  })

  it('gives nobody’s balances for nobody', async () => {
    for (const id of ['aff_nobody', '../etc', '%00', '']) {
      const { status, body } = await call(balancesRoute.GET, '/affiliates/x/balances', { params: { id } })
      expect([status, body.error.code]).toEqual([404, 'not_found'])
    }
  })

  it.each([
    [balancesRoute.GET, '/affiliates/x/balances?on=2026-02-30', 'on'],
    [balancesRoute.GET, '/affiliates/x/balances?on=yesterday', 'on'],
    [affiliatesRoute.GET, '/affiliates?limit=101', 'limit'],
    [affiliatesRoute.GET, '/affiliates?limit=0', 'limit'],
    [affiliatesRoute.GET, '/affiliates?colour=blue', 'colour'],
    [commissionsRoute.GET, '/commissions?status=lost', 'status'],
    [commissionsRoute.GET, '/commissions?affiliate=%00', 'affiliate'],
    [eventsRoute.GET, '/events?outcome=lost', 'outcome'],
    [attributionsRoute.GET, '/attributions', 'customer'],
  ] as [Handler, string, string][])(
    'refuses a parameter that cannot be, by its name',
    async (handler, path, field) => {
      const { status, body } = await call(handler, path, { params: { id: 'aff_x' } })
      expect([status, body.error.field]).toEqual([400, field])
    },
  )

  it('begins at the beginning for a cursor that is not ours', async () => {
    for (const cursor of ['x', 'fHw', encodeURIComponent('"; drop table')]) {
      expect((await call(affiliatesRoute.GET, `/affiliates?cursor=${cursor}`)).status).toBe(200)
      expect((await call(commissionsRoute.GET, `/commissions?cursor=${cursor}`)).status).toBe(200)
      expect((await call(unmatchedRoute.GET, `/unmatched?cursor=${cursor}`)).status).toBe(200)
    }
  })

  it('pages through commissions with their arithmetic, filtered by what is asked', async () => {
    const id = await affiliateId()
    const paid = (n: number) => ({ paymentId: `pi_${n}`, basisId: `in_${n}`, invoiceId: `in_${n}` })
    for (const n of [1, 2, 3, 4, 5]) await insertCommission(id, paid(n), new Date(Date.UTC(2026, 0, n)))
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const path: string = `/commissions?affiliate=${id}&status=settled&limit=2${cursor ? `&cursor=${cursor}` : ''}`
      const page = pageOf(commissionBody).parse(
        (await call(commissionsRoute.GET, path, { key: programme.read })).body,
      )
      seen.push(...page.data.map(({ paymentId }) => paymentId))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(['pi_5', 'pi_4', 'pi_3', 'pi_2', 'pi_1'])
    const [one] = (await call(commissionsRoute.GET, '/commissions?invoice=in_3&customer=')).body.data
    expect(one).toMatchObject({
      paymentId: 'pi_3',
      status: 'settled',
      commissionMinor: '480',
      netMinor: '2400',
      rateBps: 2000,
      calculation: [{ label: 'Commission', formula: '2400 × 20 %', value: '$4.80' }],
      instalments: [{ k: 0, earnedOn: '2026-01-01', payableOn: '2026-01-31', amountMinor: '480' }],
      reversals: [],
    })
    expect((await call(commissionsRoute.GET, `/commissions?affiliate=${id}&status=held`)).body.data).toEqual(
      [],
    )
  })

  it('shows a customer’s attribution with evidence and conflicts, and what matched nobody', async () => {
    const [first, second] = [await affiliateId(), await affiliateId()]
    const [code] = await database()
      .select()
      .from(codes)
      .where(sql`${codes.affiliateId} = ${second}`)
    const seen = { subjectId: 'cus_1', recordedAt: new Date(), rank: 1, kind: 'invoice_discount' } as const
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
    await database()
      .insert(customers)
      .values({
        id: 'cus_1',
        affiliateId: first,
        since: at(1),
        matchedBy: 'coupon_metadata',
        createdAt: at(1),
      })
    await database()
      .insert(evidence)
      .values([
        { ...seen, at: at(1), sourceId: 'in_1', couponId: 'gone', couponAffiliateId: first, digest: '1' },
        { ...seen, at: at(2), sourceId: 'in_2', promotionCodeId: code?.stripePromotionCodeId, digest: '2' },
        { ...seen, at: at(3), sourceId: 'in_3', couponId: 'HOUSE', digest: '3' },
        { ...seen, subjectId: 'cus_2', at: at(4), sourceId: 'in_4', couponId: 'HOUSE', digest: '4' },
        { ...seen, subjectId: 'cus_2', at: at(5), sourceId: 'in_5', codeText: 'FRIEND10', digest: '5' },
      ])
    const { body } = await call(attributionsRoute.GET, '/attributions?customer=cus_1')
    expect(attributionBody.parse(body)).toMatchObject({
      customerId: 'cus_1',
      affiliateId: first,
      evidence: [
        { sourceId: 'in_1', affiliateId: first, matchedBy: 'coupon_metadata' },
        { sourceId: 'in_2', affiliateId: second, matchedBy: 'promotion_code' },
        { sourceId: 'in_3', affiliateId: null, matchedBy: null },
      ],
      conflicts: [{ sourceId: 'in_2', affiliateId: second }],
    })
    await database()
      .insert(looseEnds)
      .values(['cus_1', 'cus_2'].map((subjectId) => ({ subjectId, kind: 'unmatched' as const })))
    const firstPage = (await call(unmatchedRoute.GET, '/unmatched?limit=1')).body
    expect(firstPage.data).toMatchObject([{ code: 'FRIEND10', customers: 1, sourceId: 'in_5' }])
    const rest = (await call(unmatchedRoute.GET, `/unmatched?limit=1&cursor=${firstPage.nextCursor}`)).body
    expect(rest).toMatchObject({
      data: [{ couponId: 'HOUSE', customers: 2, sourceId: 'in_4' }],
      nextCursor: null,
    })
    const decide = (body: object) => call(unmatchedRoute.POST, '/unmatched', { body })
    const house = { couponId: 'HOUSE', decision: 'house', reason: 'the newsletter' }
    const refused = [
      await decide({ ...house, promotionCodeId: 'promo_1' }),
      await decide({ ...house, affiliateId: first }),
      await decide({ ...house, decision: 'affiliate' }),
    ]
    expect(refused.map(({ status, body: { error } }) => [status, error.field])).toEqual([
      [400, 'promotionCodeId'],
      [400, 'affiliateId'],
      [400, 'affiliateId'],
    ])
    expect(await decide(house)).toMatchObject({ status: 201, body: { couponId: 'HOUSE', decision: 'house' } })
    const left = (await call(unmatchedRoute.GET, '/unmatched')).body.data
    expect(left).toMatchObject([{ code: 'FRIEND10' }])
    expect((await call(attributionsRoute.GET, '/attributions?customer=cus_never')).status).toBe(404)
  })

  it('lists events by their outcome', async () => {
    const now = new Date()
    await database()
      .insert(inboxEvents)
      .values({ eventId: 'evt_1', type: 'invoice.paid', createdAt: now, recordedAt: now })
    await database().insert(inboxWork).values({
      eventId: 'evt_1',
      state: 'quarantined',
      nextAttemptAt: now,
      outcome: 'quarantined',
      sentence: 'It has no customer.',
    })
    const { body } = await call(eventsRoute.GET, '/events?outcome=quarantined')
    expect(body.data).toMatchObject([
      { id: 'evt_1', outcome: 'quarantined', sentence: 'It has no customer.' },
    ])
    expect((await call(eventsRoute.GET, '/events?outcome=settled')).body.data).toEqual([])
  })
})

async function insertCommission(
  affiliateId: string,
  ids: { paymentId: string; basisId: string; invoiceId: string },
  paidAt: Date,
): Promise<void> {
  const instalment = { k: 0, serviceMonthOn: null, earnedOn: '2026-01-01', payableOn: '2026-01-31' }
  const calculation = {
    steps: [{ label: 'Commission', formula: '2400 × 20 %', value: '$4.80' }],
    instalments: [{ ...instalment, amountMinor: '480', remainingMinor: '480' }],
    reversals: [],
  }
  const [settlement] = await database()
    .insert(settlements)
    .values({ ...ids, recordedAt: paidAt, digest: ids.paymentId, calculation, facts: {} })
    .returning({ id: settlements.id })
  await database()
    .insert(commissions)
    .values({
      ...ids,
      affiliateId,
      status: 'settled',
      sentence: '20 % of a net $24.00 is $4.80.',
      paidAt,
      paymentCurrency: 'usd',
      paymentMinor: 2755n,
      currency: 'usd',
      netMinor: 2400n,
      rateBps: 2000,
      commissionMinor: 480n,
      reversedMinor: 0n,
      remainingMinor: 480n,
      settlementId: settlement?.id ?? 0,
      settledAt: paidAt,
    })
}
