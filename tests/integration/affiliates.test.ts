import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { affiliates, auditEntries, connect, evidence, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { getAffiliate, listAffiliates } from '@/lib/affiliates/queries'
import { provisionCode } from '@/lib/codes/provision-code'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'

const admin: Actor = { kind: 'api_key', id: 'key_admin', scope: 'admin' }
const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
const now = new Date('2026-03-10T12:00:00Z')

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

beforeAll(async () => {
  sandbox = await createSandbox({ listen: false, seed: 'affiliates' })
})
afterAll(() => sandbox.close())

beforeEach(async () => {
  await sandbox.close()
  sandbox = await createSandbox({ listen: false, seed: 'affiliates' })
  stripe = clientOf(sandbox.fetch)
  database = await testDatabase()
  connection = connect(database.url)
  await ensureProgramme(connection.db, { booksMode: 'sandbox', stripeAccountId: null, now })
  return async () => {
    await connection.close()
    await database.drop()
  }
})

const create = (changes: Partial<Parameters<typeof createAffiliate>[1]> = {}, actor: Actor = admin) =>
  createAffiliate(
    actor,
    { handle: 'Ahmet', displayName: 'Ahmet Yılmaz', email: 'ahmet@example.com', ...changes },
    { db: connection.db, stripe, now },
  )

const rows = () => connection.db.select().from(affiliates)

describe('creating an affiliate', () => {
  it('takes a rate and a discount of their own', async () => {
    const made = await create({ rateBps: 3000, discount: { percentOff: 7.5, maxRedemptions: 100 } })
    expect(made.code).toBe('AHMET7-5')
    expect(await provisionCode(connection.db, stripe, made.code)).toEqual({
      code: 'AHMET7-5',
      status: 'active',
    })
    expect(sandbox.all('coupon')).toMatchObject([{ percent_off: 7.5 }])
    expect(sandbox.all('promotion_code')).toMatchObject([{ max_redemptions: 100 }])
    expect(await getAffiliate(admin, made.affiliateId, connection.db)).toMatchObject({ rateBps: 3000 })
  })

  it('takes an amount off', async () => {
    const made = await create({ discount: { amountOff: '1000', currency: 'usd' } })
    await provisionCode(connection.db, stripe, made.code)
    expect(made.code).toBe('AHMET10USD')
    expect(sandbox.all('coupon')).toMatchObject([{ amount_off: 1000, currency: 'usd', percent_off: null }])
  })

  it.each([
    [{ percentOff: 0 }],
    [{ percentOff: 100.5 }],
    [{ percentOff: 5.005 }],
    [{ percentOff: -1 }],
    [{ percentOff: 5, amountOff: 5, currency: 'usd' }],
    [{ amountOff: 5 }],
    [{ amountOff: '0', currency: 'usd' }],
    [{ percentOff: 5, currency: 'usd' }],
  ])('refuses the discount %j in words', async (discount) => {
    await expect(create({ discount })).rejects.toMatchObject({ code: 'unprocessable', field: 'discount' })
  })

  it('refuses what is taken, naming the field', async () => {
    await create()
    await expect(create({ email: 'b@example.com' })).rejects.toMatchObject({
      code: 'conflict',
      field: 'handle',
    })
    await expect(create({ handle: 'Zoe' })).rejects.toMatchObject({ code: 'conflict', field: 'email' })
    // AHMET and 25 % would be the code of AHMET2 and 5 %.
    await create({ handle: 'Ahmet2', email: 'two@example.com' })
    await expect(
      create({ handle: 'AHMET', email: 'c@example.com', discount: { percentOff: 25 } }),
    ).rejects.toMatchObject({ code: 'conflict', field: 'handle' })
  })

  it('is for administrators', async () => {
    await expect(create({}, reader)).rejects.toMatchObject({ code: 'forbidden' })
    const finance: Actor = {
      kind: 'person',
      userId: 'u',
      email: 'f@example.com',
      administrator: { id: 'adm_f', role: 'finance' },
      affiliateId: null,
    }
    await expect(create({}, finance)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await rows()).toHaveLength(0)
  })

  it('writes down who did it', async () => {
    const { affiliateId } = await create()
    const audit = await connection.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.subjectId, affiliateId))
    expect(audit).toMatchObject([
      { action: 'affiliate.create', actorId: 'key_admin', after: { code: 'AHMET5' } },
    ])
  })
})

describe('reading affiliates', () => {
  it('counts the customers seen to have used a code, each once', async () => {
    const { affiliateId, code } = await create()
    await provisionCode(connection.db, stripe, code)
    const [promotion] = sandbox.all('promotion_code')
    const seen = {
      kind: 'invoice_discount',
      rank: 1,
      recordedAt: now,
      promotionCodeId: promotion?.id,
    } as const
    await connection.db.insert(evidence).values(
      ['cus_1', 'cus_1', 'cus_2'].map((subjectId, n) => ({
        ...seen,
        subjectId,
        at: new Date(now.getTime() + n * 1000),
        sourceId: `in_${n}`,
        digest: String(n),
      })),
    )
    const affiliate = await getAffiliate(admin, affiliateId, connection.db)
    expect(affiliate.codes.map(({ redemptions }) => redemptions)).toEqual([2])
  })

  it('is keyset-paged, the newest first, without gaps', async () => {
    for (const handle of ['Ada', 'Bea', 'Cleo', 'Dora', 'Eve']) {
      await create({ handle, displayName: handle, email: `${handle}@example.com` })
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listAffiliates(reader, { limit: 2, cursor }, connection.db)
      seen.push(...page.affiliates.map(({ handle }) => handle))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen.toSorted()).toEqual(['Ada', 'Bea', 'Cleo', 'Dora', 'Eve'])
    const found = await listAffiliates(reader, { limit: 10, search: 'eo' }, connection.db)
    expect(found.affiliates.map(({ handle }) => handle)).toEqual(['Cleo'])
  })

  it('is for the console and the affiliate; a stranger’s id does not exist', async () => {
    const { affiliateId } = await create()
    const person = (own: string): Actor => ({
      kind: 'person',
      userId: 'u',
      email: 'a@example.com',
      administrator: null,
      affiliateId: own,
    })
    expect(await getAffiliate(person(affiliateId), affiliateId, connection.db)).toMatchObject({
      id: affiliateId,
    })
    await expect(getAffiliate(person('aff_other'), affiliateId, connection.db)).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(listAffiliates(person(affiliateId), { limit: 5 }, connection.db)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(getAffiliate(admin, 'aff_nobody', connection.db)).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
