import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as affiliatesRoute from '@/app/api/v1/affiliates/route'
import * as anomaliesRoute from '@/app/api/v1/anomalies/route'
import { anomalySignals, customers, database, looseEnds, payments, paymentTraits } from '@/db'
import { exemptAffiliate } from '@/lib/anomalies/exempt-affiliate'
import { judgeCustomer } from '@/lib/anomalies/judge-customer'
import { judgePayment } from '@/lib/anomalies/judge-payment'
import { anomalyBody, pageOf } from '@/lib/api/bodies'
import { apiProgramme, callApi, newPerson, system, type ApiProgramme } from '@/tests/support/api'

let programme: ApiProgramme
let agency: string
let other: string
beforeAll(async () => {
  programme = await apiProgramme()
  ;[agency, other] = [await newAffiliate(), await newAffiliate()]
  await database()
    .insert(payments)
    .values(['pi_1', 'pi_2', 'pi_3', 'pi_4'].map((id) => ({ id })))
  await database().insert(customers).values({ id: 'cus_2', createdAt: new Date() })
  await signal('pi_1', agency, 'same_email', 'void', 1)
  await signal('pi_2', other, 'same_domain', 'hold', 2)
  await signal('pi_3', other, 'own_card', 'void', 3)
  await signal('pi_4', other, 'paid_before_code', 'notice', 4)
  await exemptAffiliate(system, { affiliateId: agency, rule: 'same_email', exempt: true, reason: 'agency' })
  await judgeCustomer(system, { customerId: 'cus_2', decision: 'clear', reason: 'known' })
  await judgePayment(system, { paymentId: 'pi_3', decision: 'void', reason: 'admitted' })
})
afterAll(() => programme.end())

async function newAffiliate(): Promise<string> {
  const { body } = await callApi(affiliatesRoute.POST, '/affiliates', {
    key: programme.admin,
    body: newPerson(),
  })
  return body.id
}

async function signal(
  paymentId: string,
  affiliateId: string,
  rule: string,
  action: 'void' | 'hold' | 'notice',
  minute: number,
): Promise<void> {
  const at = new Date(Date.UTC(2026, 0, 31, 10, minute))
  const row = { paymentId, rule, affiliateId, action, evidence: 'what matched', at, recordedAt: at }
  await database()
    .insert(anomalySignals)
    .values([
      { ...row, seq: 1, stands: false },
      { ...row, seq: 2, stands: true },
    ])
  const customerId = `cus_${paymentId.slice(3)}`
  await database().insert(paymentTraits).values({ paymentId, affiliateId, customerId, paidAt: at })
  await database()
    .insert(looseEnds)
    .values({ subjectId: paymentId, kind: action === 'notice' ? 'notice' : 'review' })
}

const list = (query = '', key: string | null = programme.read) =>
  callApi(anomaliesRoute.GET, `/anomalies${query}`, { key })
const paymentsIn = async (query: string) => {
  const { body } = await list(query)
  return pageOf(anomalyBody)
    .parse(body)
    .data.map(({ paymentId }) => paymentId)
}

describe('GET /anomalies', () => {
  it('lists what the rules say now, with what became of it, the latest first', async () => {
    const { status, body } = await list()
    expect(status).toBe(200)
    const { data, nextCursor } = pageOf(anomalyBody).parse(body)
    expect(nextCursor).toBeNull()
    expect(data.map(({ paymentId, state }) => [paymentId, state])).toEqual([
      ['pi_4', 'open'],
      ['pi_3', 'void'],
      ['pi_2', 'clear'],
      ['pi_1', 'exempt'],
    ])
    expect(data[1]).toMatchObject({
      rule: 'own_card',
      action: 'void',
      evidence: 'what matched',
      customerId: 'cus_3',
      affiliateId: other,
      at: '2026-01-31T10:03:00.000Z',
      verdict: { decision: 'void', reason: 'admitted' },
    })
  })

  it('gives those in a state, of a rule, an affiliate or a payment', async () => {
    expect(await paymentsIn('?state=open')).toEqual(['pi_4'])
    expect(await paymentsIn('?state=exempt')).toEqual(['pi_1'])
    expect(await paymentsIn('?rule=same_domain')).toEqual(['pi_2'])
    expect(await paymentsIn(`?affiliate=${agency}`)).toEqual(['pi_1'])
    expect(await paymentsIn('?payment=pi_3')).toEqual(['pi_3'])
  })

  it('comes in pages that leave nothing out, and begins at the beginning for a cursor that is not ours', async () => {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await list(`?limit=1${cursor && `&cursor=${cursor}`}`)
      const page = pageOf(anomalyBody).parse(body)
      seen.push(...page.data.map(({ paymentId }) => paymentId))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(['pi_4', 'pi_3', 'pi_2', 'pi_1'])
    expect(await paymentsIn('?cursor=x')).toHaveLength(4)
  })

  it('refuses what cannot be, by its name, and callers without a key', async () => {
    expect((await list('?state=lost')).body.error.field).toBe('state')
    expect((await list('?rule=none')).body.error.field).toBe('rule')
    expect((await list('', null)).status).toBe(401)
  })
})
