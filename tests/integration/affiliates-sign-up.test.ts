import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, codes, connect, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { approveAffiliate } from '@/lib/affiliates/approve-affiliate'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { getAffiliate, getHandleAvailability } from '@/lib/affiliates/queries'
import { signUpAffiliate, visitor } from '@/lib/affiliates/sign-up-affiliate'
import { provisionDueCodes } from '@/lib/codes/provision-code'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { getTerms } from '@/lib/programme/queries'
import { setTerms } from '@/lib/programme/set-terms'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { refuseAudit } from '@/tests/support/failing-audit'

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

async function application(changes: Record<string, unknown> = {}) {
  const { termsId } = await getTerms(connection.db)
  return {
    displayName: 'Ahmet Yılmaz',
    handle: 'Ahmet',
    email: 'ahmet@example.com',
    consentedTermsId: termsId,
    ...changes,
  }
}

async function signUp(changes: Record<string, unknown> = {}) {
  return signUpAffiliate(visitor, await application(changes), { db: connection.db, stripe, now })
}

const create = (changes: Partial<Parameters<typeof createAffiliate>[1]> = {}, actor: Actor = admin) =>
  createAffiliate(
    actor,
    { handle: 'Ahmet', displayName: 'Ahmet Yılmaz', email: 'ahmet@example.com', ...changes },
    { db: connection.db, stripe, now },
  )

const rows = () => connection.db.select().from(affiliates)

describe('signing up', () => {
  it('makes an affiliate with a code, which Stripe then has with both ids in its metadata', async () => {
    const result = await signUp()
    expect(result).toMatchObject({ kind: 'created', status: 'active', code: 'AHMET5' })
    if (result.kind !== 'created') throw new Error('not created')
    expect(await provisionDueCodes(connection.db, stripe, new Date())).toBe(1)
    const affiliate = await getAffiliate(admin, result.affiliateId, connection.db)
    expect(affiliate).toMatchObject({ handle: 'Ahmet', rateBps: 2000, status: 'active' })
    const metadata = { affiliate_id: result.affiliateId, affiliate_code: 'AHMET5' }
    const [coupon] = sandbox.all('coupon')
    const [promotion] = sandbox.all('promotion_code')
    expect(coupon).toMatchObject({ percent_off: 5, duration: 'forever', metadata })
    expect(promotion).toMatchObject({
      code: 'AHMET5',
      active: true,
      promotion: { coupon: coupon?.id },
      metadata,
    })
    expect(affiliate.codes).toMatchObject([
      { code: 'AHMET5', status: 'active', stripeCouponId: coupon?.id, stripePromotionCodeId: promotion?.id },
    ])
  })

  it('answers a known address without a row, whatever its case, and without a word of it in the answer’s shape', async () => {
    await signUp()
    const again = await signUp({ handle: 'Other', email: 'AHMET@example.com' })
    expect(again).toMatchObject({ kind: 'known', email: 'AHMET@example.com' })
    expect(await rows()).toHaveLength(1)
  })

  it.each([
    ['ahmet 5', 'without spaces'],
    ['ahmet🎉', 'letters from A to Z'],
    ['x'.repeat(200), 'at most 24'],
    ['', 'Choose a handle'],
    ['admin', 'kept for the programme'],
  ])('with the handle %s is a field error in words', async (handle, words) => {
    const result = await signUp({ handle })
    expect(result).toMatchObject({ kind: 'invalid', fieldErrors: { handle: expect.stringContaining(words) } })
    expect(await rows()).toHaveLength(0)
  })

  it('with a taken handle offers free ones', async () => {
    await signUp()
    const result = await signUp({ handle: 'AHMET', email: 'other@example.com' })
    expect(result).toMatchObject({ kind: 'invalid', suggestions: ['AhmetY', 'AhmetYilmaz', 'YilmazAhmet'] })
    if (result.kind !== 'invalid') throw new Error('not refused')
    expect(result.fieldErrors.handle).toBe(
      'AHMET is taken: AHMET5 is somebody else’s code. Free: AhmetY, AhmetYilmaz, YilmazAhmet.',
    )
  })

  it('can be tried beforehand: which code would come of a handle, or what is free instead', async () => {
    const ask = (handle: string) =>
      getHandleAvailability({ handle, displayName: 'Zoë Øst' }, { db: connection.db, stripe })
    expect(await ask('Zoë')).toEqual({ code: 'ZOE5', message: null, suggestions: [] })
    await signUp({ handle: 'Zoe' })
    expect(await ask('Zoë')).toMatchObject({ code: null, suggestions: ['ZoeO', 'ZoeOst', 'OstZoe'] })
    expect(await ask('Zoë Øst')).toMatchObject({ code: null, suggestions: ['ZoeOst'] })
  })

  it('with somebody else’s code at Stripe is a field error, while a retired one is free', async () => {
    await stripe.coupons.create({ id: 'house', percent_off: 5, duration: 'once' })
    const house = await stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: 'house' },
      code: 'ahmet5',
    })
    expect(await signUp()).toMatchObject({ kind: 'invalid', fieldErrors: { handle: expect.anything() } })
    await stripe.promotionCodes.update(house.id, { active: false })
    expect(await signUp()).toMatchObject({ kind: 'created', code: 'AHMET5' })
  })

  it('names every field that is wrong at once', async () => {
    const result = await signUp({
      displayName: ' ',
      handle: '',
      email: 'nobody',
      consentedTermsId: undefined,
    })
    expect(result).toMatchObject({ kind: 'invalid' })
    if (result.kind !== 'invalid') throw new Error('not refused')
    expect(Object.keys(result.fieldErrors).toSorted()).toEqual([
      'consentedTermsId',
      'displayName',
      'email',
      'handle',
    ])
  })

  it('takes consent to the terms in force only', async () => {
    const before = await application()
    await setTerms(admin, { values: { rateBps: 1000 }, affiliateId: null }, { db: connection.db, now })
    const later = new Date(now.getTime() + 60_000)
    const result = await signUpAffiliate(visitor, before, { db: connection.db, stripe, now: later })
    expect(result).toMatchObject({
      fieldErrors: { consentedTermsId: expect.stringContaining('have changed') },
    })
  })

  it('goes on while Stripe is silent', async () => {
    const silent = clientOf(() => Promise.reject(new TypeError('fetch failed')))
    const result = await signUpAffiliate(visitor, await application(), {
      db: connection.db,
      stripe: silent,
      now,
    })
    expect(result).toMatchObject({ kind: 'created', code: 'AHMET5' })
    expect(await provisionDueCodes(connection.db, silent, new Date())).toBe(0)
    const [code] = await connection.db.select().from(codes)
    expect(code).toMatchObject({ status: 'provisioning', provisionAttempts: 1 })
    expect(code?.provisionError).toBeTruthy()
    expect(await provisionDueCodes(connection.db, stripe, new Date(Date.now() + 3_600_000))).toBe(1)
  })

  it('at once by ten with one handle makes one affiliate', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signUp({ email: `a${n}@example.com` })),
    )
    expect(results.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    expect(results.filter(({ kind }) => kind === 'invalid')).toHaveLength(9)
    expect(await connection.db.select().from(codes)).toHaveLength(1)
  })

  it('at once by one person ten times makes one affiliate', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signUp({ handle: `Ahmet${'abcdefghij'[n]}` })),
    )
    expect(results.filter(({ kind }) => kind === 'created')).toHaveLength(1)
    expect(results.filter(({ kind }) => kind === 'known')).toHaveLength(9)
  })

  it('that fails half-way leaves nothing', async () => {
    await refuseAudit(database)
    await expect(signUp()).rejects.toThrow()
    await expect(create()).rejects.toThrow()
    expect(await rows()).toEqual([])
    expect(await connection.db.select().from(codes)).toEqual([])
  })

  it('is not for keys', async () => {
    await expect(
      signUpAffiliate(admin, await application(), { db: connection.db, stripe, now }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('waits for approval where the terms say so', async () => {
    await setTerms(admin, { values: { join: 'approval' }, affiliateId: null }, { db: connection.db, now })
    const later = { db: connection.db, stripe, now: new Date(now.getTime() + 2000) }
    const { termsId } = await getTerms(connection.db)
    const result = await signUpAffiliate(visitor, await application({ consentedTermsId: termsId }), later)
    expect(result).toMatchObject({ kind: 'created', status: 'applied', code: null })
    if (result.kind !== 'created') throw new Error('not created')
    await expect(approveAffiliate(reader, result.affiliateId, later)).rejects.toMatchObject({
      code: 'forbidden',
    })
    const twice = await Promise.allSettled(
      [1, 2].map(() => approveAffiliate(admin, result.affiliateId, later)),
    )
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await connection.db.select().from(codes)).toMatchObject([
      { code: 'AHMET5', status: 'provisioning' },
    ])
  })
})
