import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, codes, connect, mails, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { provisionCode, provisionDueCodes } from '@/lib/codes/provision-code'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const now = new Date('2026-03-10T12:00:00Z')
const inAnHour = () => new Date(Date.now() + 3_600_000)

let database: TestDatabase
let connection: Connection
let sandbox: Sandbox
let stripe: Stripe

function clientOf(fetcher: typeof fetch): Stripe {
  return new Stripe('sk_test_tests', {
    httpClient: Stripe.createFetchHttpClient(fetcher),
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

beforeEach(async () => {
  sandbox = await createSandbox({ listen: false, seed: 'codes' })
  stripe = clientOf(sandbox.fetch)
  database = await testDatabase()
  connection = connect(database.url)
  await ensureProgramme(connection.db, { booksMode: 'sandbox', stripeAccountId: null, now })
})
afterEach(async () => {
  await connection.close()
  await database.drop()
  await sandbox.close()
})

async function newCode(handle = 'Ahmet'): Promise<string> {
  const input = { handle, displayName: handle, email: `${handle}@example.com` }
  const { code } = await createAffiliate(admin, input, { db: connection.db, stripe, now })
  return code
}

async function expectOneOfEach(): Promise<void> {
  const coupons = sandbox.all('coupon')
  const promotions = sandbox.all('promotion_code')
  expect(coupons).toHaveLength(1)
  expect(promotions).toHaveLength(1)
  expect(await connection.db.select().from(codes)).toMatchObject([
    {
      status: 'active',
      provisionAt: null,
      stripeCouponId: coupons[0]?.id,
      stripePromotionCodeId: promotions[0]?.id,
      code: promotions[0]?.code,
    },
  ])
}

type End = 'before it is sent' | 'when it was done, before its answer came'

/** A process that dies at its n-th request to Stripe: nothing after it ever runs. */
function dyingClient(n: number, end: End): { client: Stripe; died: Promise<void> } {
  let count = 0
  let die: () => void = () => undefined
  const died = new Promise<void>((resolve) => (die = resolve))
  const never = new Promise<Response>(() => undefined)
  const client = clientOf(async (...request) => {
    count += 1
    if (count < n) return sandbox.fetch(...request)
    if (count > n) return never
    if (end !== 'before it is sent') await sandbox.fetch(...request)
    die()
    return never
  })
  return { client, died }
}

async function requestsOfOneProvisioning(): Promise<number> {
  let count = 0
  const counting = clientOf((...request) => {
    count += 1
    return sandbox.fetch(...request)
  })
  await provisionCode(connection.db, counting, await newCode())
  return count
}

describe('making a code in Stripe', () => {
  it('welcomes the affiliate by one mail that names the code', async () => {
    const code = await newCode()
    await Promise.all([
      provisionCode(connection.db, stripe, code),
      provisionCode(connection.db, stripe, code),
    ])
    const written = await connection.db.select().from(mails)
    expect(written.map(({ recipient, subject }) => [recipient, subject])).toEqual([
      ['Ahmet@example.com', 'Your code for Affiliate programme: AHMET5'],
    ])
    expect(written[0]?.text).toMatch(/pays 5 % less[\s\S]*You earn 20 %/)
  })

  it('asks four times: is there a coupon, make it, is there a code, make it', async () => {
    expect(await requestsOfOneProvisioning()).toBe(4)
    await expectOneOfEach()
  })

  describe.each([1, 2, 3, 4])('killed at request %i', (n) => {
    it.each<End>(['before it is sent', 'when it was done, before its answer came'])(
      '%s ends with one coupon and one code',
      async (end) => {
        const code = await newCode()
        const { client, died } = dyingClient(n, end)
        void provisionCode(connection.db, client, code)
        await died
        expect(await provisionDueCodes(connection.db, stripe, inAnHour())).toBe(1)
        await expectOneOfEach()
        expect(await provisionDueCodes(connection.db, stripe, inAnHour())).toBe(0)
      },
    )
  })

  it.each([1, 2, 3, 4])('whose answer %i is lost is finished by the next attempt', async (n) => {
    const code = await newCode()
    let count = 0
    const losing = clientOf(async (...request) => {
      count += 1
      const answer = await sandbox.fetch(...request)
      if (count === n) throw new TypeError('fetch failed')
      return answer
    })
    const { status } = await provisionCode(connection.db, losing, code)
    if (status !== 'active') await provisionDueCodes(connection.db, stripe, inAnHour())
    await expectOneOfEach()
  })

  it('after a failure of Stripe’s own is asked for under a new idempotency key', async () => {
    const code = await newCode()
    const keys: (string | null)[] = []
    let failing = true
    const client = clientOf(async (input, init) => {
      const isCreation = init?.method === 'POST' && String(input).endsWith('/v1/promotion_codes')
      if (!isCreation) return sandbox.fetch(input, init)
      keys.push(new Headers(init.headers).get('idempotency-key'))
      if (!failing) return sandbox.fetch(input, init)
      return Response.json(
        { error: { type: 'api_error', message: 'Something went wrong.' } },
        { status: 500 },
      )
    })
    expect(await provisionCode(connection.db, client, code)).toMatchObject({ status: 'provisioning' })
    failing = false
    expect(await provisionCode(connection.db, client, code)).toMatchObject({ status: 'active' })
    expect(new Set(keys).size).toBe(2)
    await expectOneOfEach()
  })

  it('at once by five ends with one of each', async () => {
    const code = await newCode()
    await Promise.all(Array.from({ length: 5 }, () => provisionCode(connection.db, stripe, code)))
    await provisionDueCodes(connection.db, stripe, inAnHour())
    await expectOneOfEach()
  })

  it('waits longer after each failure, and says what Stripe said', async () => {
    const code = await newCode()
    const refusing = clientOf(() =>
      Promise.resolve(
        Response.json({ error: { type: 'api_error', message: 'Out of order.' } }, { status: 500 }),
      ),
    )
    for (let attempt = 1; attempt <= 3; attempt++) await provisionCode(connection.db, refusing, code)
    const [row] = await connection.db.select().from(codes)
    expect(row).toMatchObject({ provisionAttempts: 3, provisionError: 'Out of order.' })
    expect(await provisionDueCodes(connection.db, stripe, new Date())).toBe(0)
    expect(await provisionDueCodes(connection.db, stripe, inAnHour())).toBe(1)
  })

  it('whose text somebody else’s active code took meanwhile becomes the next free one', async () => {
    const code = await newCode()
    await stripe.coupons.create({ id: 'house', percent_off: 50, duration: 'once' })
    for (const text of ['AHMET5', 'ahmet5-2']) {
      await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: 'house' }, code: text })
    }
    expect(await provisionCode(connection.db, stripe, code)).toEqual({ code: 'AHMET5-3', status: 'active' })
    const [row] = await connection.db.select().from(codes)
    const coupon = await stripe.coupons.retrieve(row?.stripeCouponId ?? '')
    expect(coupon.metadata).toMatchObject({ affiliate_code: 'AHMET5-3', affiliate_id: row?.affiliateId })
    expect(sandbox.all('promotion_code').filter((it) => it.promotion.coupon !== 'house')).toMatchObject([
      { code: 'AHMET5-3', metadata: { affiliate_code: 'AHMET5-3' } },
    ])
  })

  it('never takes over a coupon of the same id that gives something else', async () => {
    const code = await newCode()
    const [row] = await connection.db.select().from(codes)
    await stripe.coupons.create({ id: row?.stripeCouponId, percent_off: 50, duration: 'forever' })
    expect(await provisionCode(connection.db, stripe, code)).toMatchObject({ status: 'provisioning' })
    const [after] = await connection.db.select().from(codes)
    expect(after?.provisionError).toContain('is not what this code gives')
    expect(sandbox.all('promotion_code')).toHaveLength(0)
  })

  it('leaves no affiliate without a code, whoever dies where', async () => {
    await newCode('Ada')
    await newCode('Bea')
    await newCode('Cleo')
    const { client, died } = dyingClient(5, 'when it was done, before its answer came')
    void provisionDueCodes(connection.db, client, new Date())
    await died
    await provisionDueCodes(connection.db, stripe, inAnHour())
    const rows = await connection.db.select().from(codes)
    expect(rows.map(({ status }) => status)).toEqual(['active', 'active', 'active'])
    expect(await connection.db.select().from(affiliates)).toHaveLength(3)
    expect(sandbox.all('coupon')).toHaveLength(3)
    expect(sandbox.all('promotion_code')).toHaveLength(3)
  })
})
