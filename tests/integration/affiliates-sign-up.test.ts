import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, codes, connect, signUps, type Connection } from '@/db'
import type { Actor } from '@/lib/actor'
import { approveAffiliate } from '@/lib/affiliates/approve-affiliate'
import { confirmSignUp } from '@/lib/affiliates/confirm-sign-up'
import { createAffiliate } from '@/lib/affiliates/create-affiliate'
import { getAffiliate, getHandleAvailability } from '@/lib/affiliates/queries'
import { mostFromOneNetwork, signUpAffiliate, visitor } from '@/lib/affiliates/sign-up-affiliate'
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

const signIn: Actor = { kind: 'system', job: 'sign-in' }

const confirm = (email = 'ahmet@example.com', at = now) =>
  confirmSignUp(signIn, email, { db: connection.db, now: at })

/** Signs up and follows the link in the mail. */
async function join(changes: Record<string, unknown> & { email?: string } = {}) {
  expect(await signUp(changes)).toMatchObject({ kind: 'asked' })
  return confirm(changes.email)
}

const create = (changes: Partial<Parameters<typeof createAffiliate>[1]> = {}, actor: Actor = admin) =>
  createAffiliate(
    actor,
    { handle: 'Ahmet', displayName: 'Ahmet Yılmaz', email: 'ahmet@example.com', ...changes },
    options(),
  )

const options = () => ({ db: connection.db, stripe, now })
const rows = () => connection.db.select().from(affiliates)

describe('signing up', () => {
  it('makes an affiliate with a code, which Stripe then has with both ids in its metadata', async () => {
    const result = await join()
    expect(result).toMatchObject({ status: 'active', code: 'AHMET5' })
    if (result === null) throw new Error('not let in')
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

  it('answers and keeps a known address like a new one, whatever its case; nothing comes of it', async () => {
    await join()
    for (const email of ['AHMET@example.com', 'new@example.com']) {
      expect(await signUp({ handle: `Other${email.length}`, email })).toEqual({ kind: 'asked', email })
    }
    expect(await connection.db.select().from(signUps)).toHaveLength(2)
    expect(await confirm()).toBeNull()
    // Where the handle came free, it would tell that the address was known.
    expect(await connection.db.select().from(signUps)).toHaveLength(2)
    expect(await rows()).toHaveLength(1)
  })

  it('again with another handle means the last one; with the same one it is not in its own way', async () => {
    await signUp()
    expect(await signUp()).toMatchObject({ kind: 'asked' })
    await signUp({ handle: 'AhmetHQ' })
    expect(await confirm()).toMatchObject({ code: 'AHMETHQ5' })
  })

  it('confirmed by two links at once makes one affiliate', async () => {
    await signUp()
    const made = await Promise.all([1, 2, 3].map(() => confirm()))
    expect(made.filter((one) => one !== null)).toHaveLength(1)
    expect(await rows()).toHaveLength(1)
  })

  it('gets the next best handle where an administrator gave it away meanwhile', async () => {
    await signUp()
    const other = { displayName: 'Ahmet', email: 'other@example.com', status: 'active' } as const
    await connection.db.insert(affiliates).values({ id: 'aff_1', handle: 'ahmet', ...other, createdAt: now })
    expect(await confirm()).toMatchObject({ code: 'AHMETY5' })
  })

  it('from one network ends after so many in an hour, for that network', async () => {
    const person = await application()
    const from = (network: string, n: number) =>
      signUpAffiliate(
        visitor,
        { ...person, handle: `Ahmet${n}`, email: `a${n}@example.com` },
        { ...options(), network },
      )
    for (let n = 0; n < mostFromOneNetwork; n++) await from('192.0.2.1', n)
    await expect(from('192.0.2.1', 100)).rejects.toMatchObject({ code: 'rate_limited' })
    expect(await from('192.0.2.2', 101)).toMatchObject({ kind: 'asked' })
    expect(JSON.stringify(await connection.db.select().from(signUps))).not.toContain('192.0.2')
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
    await join()
    const result = await signUp({ handle: 'AHMET', email: 'other@example.com' })
    expect(result).toMatchObject({ kind: 'invalid', suggestions: ['AhmetY', 'AhmetYilmaz', 'YilmazAhmet'] })
    if (result.kind !== 'invalid') throw new Error('not refused')
    expect(result.fieldErrors.handle).toBe(
      'AHMET is taken: AHMET5 is somebody else’s code. Free: AhmetY, AhmetYilmaz, YilmazAhmet.',
    )
  })

  it('can be tried beforehand: which code would come of a handle, or what is free instead', async () => {
    const ask = (handle: string) => getHandleAvailability({ handle, displayName: 'Zoë Øst' }, options())
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
    expect(await signUp()).toMatchObject({ kind: 'asked' })
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
    const result = await signUpAffiliate(visitor, before, { ...options(), now: later })
    expect(result).toMatchObject({
      fieldErrors: { consentedTermsId: expect.stringContaining('have changed') },
    })
  })

  it('goes on while Stripe is silent', async () => {
    const silent = clientOf(() => Promise.reject(new TypeError('fetch failed')))
    const result = await signUpAffiliate(visitor, await application(), { ...options(), stripe: silent })
    expect(result).toMatchObject({ kind: 'asked' })
    await confirm()
    expect(await provisionDueCodes(connection.db, silent, new Date())).toBe(0)
    const [code] = await connection.db.select().from(codes)
    expect(code).toMatchObject({ status: 'provisioning', provisionAttempts: 1 })
    expect(code?.provisionError).toBeTruthy()
    expect(await provisionDueCodes(connection.db, stripe, new Date(Date.now() + 3_600_000))).toBe(1)
  })

  it('at once by ten with one handle keeps it for one of them', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signUp({ email: `a${n}@example.com` })),
    )
    expect(results.filter(({ kind }) => kind === 'asked')).toHaveLength(1)
    expect(results.filter(({ kind }) => kind === 'invalid')).toHaveLength(9)
    expect(await connection.db.select().from(signUps)).toHaveLength(1)
  })

  it('at once by one person ten times is one sign-up', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => signUp({ handle: `Ahmet${'abcdefghij'[n]}` })),
    )
    expect(results.filter(({ kind }) => kind === 'asked')).toHaveLength(10)
    expect(await connection.db.select().from(signUps)).toHaveLength(1)
  })

  it('that fails half-way leaves nothing', async () => {
    await signUp()
    await refuseAudit(database)
    await expect(confirm()).rejects.toThrow()
    expect(await connection.db.select().from(signUps)).toHaveLength(1)
    await expect(create()).rejects.toThrow()
    expect(await rows()).toEqual([])
    expect(await connection.db.select().from(codes)).toEqual([])
  })

  it('is not for keys', async () => {
    await expect(signUpAffiliate(admin, await application(), options())).rejects.toMatchObject({
      code: 'forbidden',
    })
    await signUp()
    await expect(confirmSignUp(reader, 'ahmet@example.com', { db: connection.db })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('waits for approval where the terms say so', async () => {
    await setTerms(admin, { values: { join: 'approval' }, affiliateId: null }, { db: connection.db, now })
    const later = { ...options(), now: new Date(now.getTime() + 2000) }
    await signUpAffiliate(visitor, await application(), later)
    const result = await confirm(undefined, later.now)
    expect(result).toMatchObject({ status: 'applied', code: null })
    if (result === null) throw new Error('not let in')
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
