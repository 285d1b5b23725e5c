import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as affiliatesRoute from '@/app/api/v1/affiliates/route'
import * as affiliateRoute from '@/app/api/v1/affiliates/[id]/route'
import { apiAnswers, apiKeys, auditEntries, database } from '@/db'
import type { Actor } from '@/lib/actor'
import { affiliateBody } from '@/lib/api/bodies'
import { createApiKey } from '@/lib/api/create-api-key'
import { listApiKeys } from '@/lib/api/queries'
import { revokeApiKey } from '@/lib/api/revoke-api-key'
import {
  apiProgramme,
  callApi,
  newPerson,
  system,
  type ApiProgramme,
  type Call,
  type Handler,
} from '@/tests/support/api'
import { useEnvironment } from '@/tests/support/environment'

let programme: ApiProgramme
beforeAll(async () => {
  programme = await apiProgramme()
})
afterAll(() => programme.end())

const call = (handler: Handler, path: string, options: Partial<Call> = {}) =>
  callApi(handler, path, { key: programme.admin, ...options })
const create = (body: unknown, options: Partial<Call> = {}) =>
  call(affiliatesRoute.POST, '/affiliates', { body, ...options })

describe('a key', () => {
  it.each([null, 'trb_wrong', '', 'x'.repeat(5000)])('%s is refused in the same words', async (key) => {
    const { status, body } = await call(affiliatesRoute.GET, '/affiliates', { key })
    expect(status).toBe(401)
    expect(body).toEqual({
      error: { code: 'unauthenticated', message: 'A valid API key is wanted: Authorization: Bearer trb_….' },
    })
  })

  it('that was revoked is refused', async () => {
    const { id, key } = await createApiKey(system, { name: 'old', scope: 'read' })
    expect((await call(affiliatesRoute.GET, '/affiliates', { key })).status).toBe(200)
    await Promise.all([revokeApiKey(system, id), revokeApiKey(system, id)])
    await revokeApiKey(system, id)
    expect((await call(affiliatesRoute.GET, '/affiliates', { key })).status).toBe(401)
    const known = (await listApiKeys(system)).find((each) => each.id === id)
    expect(known).toMatchObject({ name: 'old', scope: 'read', revokedAt: expect.any(Date) })
    expect(await database().$count(auditEntries, eq(auditEntries.action, 'api_key.revoke'))).toBe(1)
  })

  it('is revoked by an administrator, and only one that there is', async () => {
    const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
    await expect(revokeApiKey(reader, 'key_none')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(listApiKeys(reader)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(revokeApiKey(system, 'key_none')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('for reading may not write', async () => {
    const { status, body } = await create(newPerson(), { key: programme.read })
    expect([status, body.error.code]).toEqual([403, 'forbidden'])
  })

  it('is kept as a hash only', async () => {
    const rows = await database().select().from(apiKeys)
    expect(JSON.stringify(rows)).not.toContain(programme.admin.slice(4))
  })
})

describe('POST /affiliates', () => {
  it('answers 201 with coupon and code made in Stripe', async () => {
    const answer = await create({ handle: 'Ahmet', displayName: 'Ahmet Yılmaz', email: 'ahmet@example.com' })
    expect(answer.status).toBe(201)
    const made = affiliateBody.parse(answer.body)
    expect(made).toMatchObject({
      handle: 'Ahmet',
      status: 'active',
      rateBps: 2000,
      codes: [{ code: 'AHMET5', status: 'active', redemptions: 0 }],
    })
    expect(programme.sandbox.all('promotion_code').map(({ id }) => id)).toContain(
      made.codes[0]?.stripePromotionCodeId,
    )
    const again = await call(affiliateRoute.GET, `/affiliates/${made.id}`, { params: { id: made.id } })
    expect(again.body).toEqual(answer.body)
  })

  it('answers 202 while Stripe does not answer, and the code is made later', async () => {
    useEnvironment(programme.database, { STRIPE_API_BASE: 'http://127.0.0.1:9', WORKER: 'off' })
    const { status, body } = await create(newPerson())
    programme.restore()
    expect(status).toBe(202)
    expect(body.codes).toMatchObject([{ status: 'provisioning', stripePromotionCodeId: null }])
  })

  it.each([
    [{ handle: 'has space' }, 422, 'handle'],
    [{ handle: '🎉🎉' }, 422, 'handle'],
    [{ handle: 'x'.repeat(200) }, 422, 'handle'],
    [{ handle: 5 }, 400, 'handle'],
    [{ email: 'nobody' }, 422, 'email'],
    [{ displayName: '' }, 422, 'displayName'],
    [{ displayName: 'a\u0000b' }, 422, 'displayName'],
    [{ rateBps: 20_000 }, 422, 'rateBps'],
    [{ rateBps: '2000' }, 400, 'rateBps'],
    [{ discount: { percentOff: 200 } }, 422, 'discount'],
    [{ discount: { percentOff: 5, colour: 'blue' } }, 400, 'colour'],
    [{ colour: 'blue' }, 400, 'colour'],
    [{ handle: 'AHMET' }, 409, 'handle'],
    [{ email: 'AHMET@example.com' }, 409, 'email'],
  ])('with %j is refused, naming the field', async (changes, status, field) => {
    const answer = await create(newPerson(changes))
    expect([answer.status, answer.body.error.field]).toEqual([status, field])
    expect(answer.body.error.message).toMatch(/\w/)
  })

  it.each([
    ['{', {}, 400],
    ['null', {}, 400],
    ['[]', {}, 400],
    ['{}', { 'content-type': 'text/plain' }, 415],
    [JSON.stringify({ handle: 'x'.repeat(1024 * 1024) }), {}, 413],
  ])('with a body that is none is refused', async (body, headers, status) => {
    const answer = await create(body, { headers })
    expect(answer.status).toBe(status)
    expect(answer.body.error.code).toBe('invalid')
  })
})

describe('an Idempotency-Key', () => {
  const headers = (key: string) => ({ 'idempotency-key': key })

  it('gives the same request the first answer, and makes nothing twice', async () => {
    const body = newPerson()
    const first = await create(body, { headers: headers('k1') })
    const second = await create(body, { headers: headers('k1') })
    expect(first.status).toBe(201)
    expect([second.status, second.body]).toEqual([201, first.body])
    expect(second.headers.get('idempotent-replayed')).toBe('true')
  })

  it('gives refusals again as well', async () => {
    const body = newPerson({ handle: 'AHMET' })
    const first = await create(body, { headers: headers('k2') })
    expect(first.status).toBe(409)
    expect((await create(body, { headers: headers('k2') })).body).toEqual(first.body)
  })

  it('is refused for another request', async () => {
    await create(newPerson(), { headers: headers('k3') })
    const other = await create(newPerson(), { headers: headers('k3') })
    expect([other.status, other.body.error.code]).toEqual([409, 'conflict'])
  })

  it('of another API key is another', async () => {
    const { key } = await createApiKey(system, { name: 'second', scope: 'admin' })
    expect((await create(newPerson(), { headers: headers('k1'), key })).status).toBe(201)
  })

  it('at once by ten makes one', async () => {
    const body = newPerson()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create(body, { headers: headers('k4') })),
    )
    const made = answers.filter(({ status }) => status === 201)
    expect(made.length).toBeGreaterThan(0)
    expect(new Set(made.map((answer) => answer.body.id)).size).toBe(1)
    expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([])
    const [waiting] = answers.filter(({ status }) => status === 409)
    expect(waiting?.headers.get('retry-after') ?? '1').toBe('1')
  })

  it('has its answer given again for ever', async () => {
    const body = newPerson()
    const first = await create(body, { headers: headers('k6') })
    await database()
      .update(apiAnswers)
      .set({ createdAt: new Date(Date.now() - 86_400_000) })
      .where(sql`${apiAnswers.idempotencyKey} = 'k6'`)
    const again = await create(body, { headers: headers('k6') })
    expect([again.status, again.body.id]).toEqual([201, first.body.id])
  })

  it('whose process died is taken up again after a minute', async () => {
    const body = newPerson()
    await create(body, { headers: headers('k5') })
    const lost = (age: number) =>
      database()
        .update(apiAnswers)
        .set({ status: null, body: null, createdAt: new Date(Date.now() - age) })
        .where(sql`${apiAnswers.idempotencyKey} = 'k5'`)
    await lost(1000)
    expect((await create(body, { headers: headers('k5') })).headers.get('retry-after')).toBe('1')
    await lost(61_000)
    const again = await create(body, { headers: headers('k5') })
    expect([again.status, again.body.error.field]).toEqual([409, 'handle'])
  })
})
