import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as attributionsRoute from '@/app/api/v1/attributions/route'
import * as commissionsRoute from '@/app/api/v1/commissions/route'
import * as verdictsRoute from '@/app/api/v1/verdicts/route'
import { closeDatabase } from '@/db'
import { createApiKey } from '@/lib/api/create-api-key'
import { drain } from '@/lib/intake/drain'
import { callApi, system } from '@/tests/support/api'
import { buy, deliverAll, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'

let books: Books
let admin: string
let read: string
let berta: string
let paymentId: string
let customerId: string
const reason = 'said so on the phone'

beforeAll(async () => {
  books = await openBooks()
  useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url, WORKER: 'off' })
  admin = (await createApiKey(system, { name: 'admin', scope: 'admin' })).key
  read = (await createApiKey(system, { name: 'read', scope: 'read' })).key
  const person = { handle: 'Berta', displayName: 'Berta Blum', email: 'berta@example.org' }
  berta = await newAffiliate(books.db, books.stripe, person)
  const bought = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
  paymentId = bought.paymentId
  customerId = bought.customerId ?? ''
  await deliverAll(books)
})
afterAll(async () => {
  await closeDatabase()
  await books.close()
})

const judge = (body: object, options: { key?: string | null; headers?: Record<string, string> } = {}) =>
  callApi(verdictsRoute.POST, '/verdicts', { key: admin, body, ...options })
const attribute = (body: object, key: string | null = admin) =>
  callApi(attributionsRoute.POST, '/attributions', { key, body })

/** The payment as it is settled by now. */
async function settled() {
  await drain(books.db, books.stripe, 30_000)
  const { body } = await callApi(commissionsRoute.GET, `/commissions?payment=${paymentId}`, { key: read })
  return body.data[0]
}

describe('POST /verdicts', () => {
  it('voids, holds, clears and lifts, of a payment or of all of a customer', async () => {
    const words: [object, string, object][] = [
      [{ paymentId }, 'void', { status: 'void', remainingMinor: '0' }],
      [{ paymentId }, 'lift', { status: 'settled', remainingMinor: '480' }],
      [{ customerId }, 'hold', { status: 'held', remainingMinor: '480' }],
      [{ customerId }, 'clear', { status: 'settled', remainingMinor: '480' }],
      [{ customerId }, 'lift', { status: 'settled', remainingMinor: '480' }],
    ]
    for (const [about, decision, expected] of words) {
      const { status, body } = await judge({ ...about, decision, reason })
      expect([status, body]).toEqual([201, { paymentId: null, customerId: null, ...about, decision }])
      expect(await settled()).toMatchObject(expected)
    }
  })

  it('the same again is the same, also under one Idempotency-Key', async () => {
    const headers = { 'Idempotency-Key': 'verdict-1' }
    const word = { paymentId, decision: 'hold', reason }
    expect((await judge(word, { headers })).status).toBe(201)
    expect((await judge(word, { headers })).headers.get('idempotent-replayed')).toBe('true')
    expect((await judge(word)).status).toBe(201)
    expect((await judge({ ...word, decision: 'lift' })).status).toBe(201)
    expect(await settled()).toMatchObject({ status: 'settled' })
  })

  it.each([
    ['about both', { paymentId: 'pi_1', customerId: 'cus_1', decision: 'void' }, 400, 'paymentId'],
    ['about nothing', { decision: 'void' }, 400, 'paymentId'],
    ['that nobody knows', { paymentId: 'pi_1', decision: 'pardon' }, 422, 'decision'],
    ['without a reason', { paymentId: 'pi_1', decision: 'void', reason: ' ' }, 422, 'reason'],
    ['about what was never heard of', { paymentId: 'pi_none', decision: 'void' }, 404, 'paymentId'],
  ])('a word %s is refused, naming the field', async (_, body, status, field) => {
    const answer = await judge({ reason, ...body })
    expect([answer.status, answer.body.error.field]).toEqual([status, field])
  })

  it('is refused where there is nothing to lift, and to who may only read', async () => {
    expect((await judge({ paymentId, decision: 'lift', reason })).status).toBe(409)
    expect((await judge({ paymentId, decision: 'void', reason }, { key: read })).status).toBe(403)
    expect((await judge({ paymentId, decision: 'void', reason }, { key: null })).status).toBe(401)
    expect(await settled()).toMatchObject({ status: 'settled' })
  })
})

describe('POST /attributions', () => {
  it('moves a customer with the past, and answers with all the evidence', async () => {
    const { status, body } = await attribute({ customerId, affiliateId: berta, reason })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      customerId,
      affiliateId: berta,
      matchedBy: 'administrator',
      evidence: expect.arrayContaining([expect.objectContaining({ kind: 'administrator', reason })]),
    })
    expect(await settled()).toMatchObject({ affiliateId: berta, commissionMinor: '480' })
  })

  it.each([
    ['a customer', { customerId: 'cus_none' }, 404, 'customerId'],
    ['an affiliate', { affiliateId: 'aff_none' }, 404, 'affiliateId'],
    ['a day', { since: 'yesterday' }, 422, 'since'],
  ])('refuses %s that is none', async (_, change, status, field) => {
    const answer = await attribute({ customerId, affiliateId: berta, reason, ...change })
    expect([answer.status, answer.body.error.field]).toEqual([status, field])
  })

  it('is refused to who may only read', async () => {
    expect((await attribute({ customerId, affiliateId: berta, reason }, read)).status).toBe(403)
  })
})
