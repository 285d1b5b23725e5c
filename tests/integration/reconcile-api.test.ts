import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as findingsRoute from '@/app/api/v1/reconciliation/findings/route'
import * as reconciliationRoute from '@/app/api/v1/reconciliation/route'
import { database } from '@/db'
import { pageOf } from '@/lib/api/bodies'
import { findingBody, reconciliationBody } from '@/lib/api/endpoints/reconciliation'
import { reconcile } from '@/lib/intake/reconcile/reconcile'
import { createStripe } from '@/lib/stripe/client'
import { createPacedStripe } from '@/lib/stripe/paced-client'
import { apiProgramme, callApi, system, type ApiProgramme } from '@/tests/support/api'
import { buy, newAffiliate } from '@/tests/support/books'

let programme: ApiProgramme
beforeAll(async () => {
  programme = await apiProgramme()
})
afterAll(() => programme.end())

const read = (path: '' | '/findings', query = '', key: string | null = programme.read) =>
  callApi(path === '' ? reconciliationRoute.GET : findingsRoute.GET, `/reconciliation${path}${query}`, {
    key,
  })

describe('the sweep, over the API', () => {
  it('says the three truths, what was healed and what it would have cost, a page of findings at a time', async () => {
    expect((await read('')).body).toMatchObject({ truths: { completeness: { sweepId: null } }, sweep: null })
    expect((await read('/findings')).status).toBe(404)

    const { url } = programme.sandbox
    const stripe = createStripe('sk_test_api', url)
    await newAffiliate(database(), stripe, { handle: 'Ahmet', displayName: 'A', email: 'ahmet@example.com' })
    const { paymentId } = await buy(stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    const client = createPacedStripe('sk_test_api', url, { perSecond: 1_000 })
    await reconcile(system, { db: database(), client, begunBy: 'by_hand', since: new Date(0) })

    const found = reconciliationBody.parse((await read('')).body)
    expect(found).toMatchObject({
      truths: { clearing: { holds: true, off: [] } },
      sweep: { state: 'done', leakage: [{ currency: 'usd', missedMinor: '480', overpaidMinor: '0' }] },
    })
    const first = pageOf(findingBody).parse((await read('/findings', '?verdict=healed&limit=1')).body)
    expect(first.data).toHaveLength(1)
    const rest = `?verdict=healed&cursor=${encodeURIComponent(String(first.nextCursor))}`
    const second = pageOf(findingBody).parse((await read('/findings', rest)).body)
    expect([...first.data, ...second.data]).toContainEqual(
      expect.objectContaining({ kind: 'charge', paymentId, verdict: 'healed' }),
    )
    expect((await read('/findings', '?sweep=nonsense')).status).toBe(400)
    expect((await read('', '', null)).status).toBe(401)
  })
})
