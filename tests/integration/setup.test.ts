import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, programme } from '@/db'
import type { Actor } from '@/lib/actor'
import { drain } from '@/lib/intake/drain'
import { changeLooks } from '@/lib/programme/change-looks'
import { getLooks } from '@/lib/programme/looks-queries'
import { checkKey } from '@/lib/setup/check-key'
import { makeWebhook } from '@/lib/setup/make-webhook'
import { proveWebhook } from '@/lib/setup/prove-webhook'
import { unnamedProgramme } from '@/lib/programme/programme-name'
import { stillMissing } from '@/lib/setup/missing'
import { getSetUp, getIsNew } from '@/lib/setup/queries'
import { takeFirstTerms } from '@/lib/setup/take-first-terms'
import { createStripe } from '@/lib/stripe/client'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { handled, system } from '@/tests/support/programme-life'

const viewer: Actor = {
  kind: 'person',
  userId: 'u',
  email: 'vi@example.com',
  administrator: { id: 'adm_vi', role: 'viewer' },
  affiliateId: null,
}

let books: Books
beforeEach(async () => {
  books = await openBooks()
  useEnvironment(books.database, {
    STRIPE_API_BASE: books.sandbox.url,
    APP_URL: 'https://affiliates.example.com',
  })
})
afterEach(async () => {
  await closeDatabase()
  await books.close()
})

const refuse = (path: string, status = 403) =>
  books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/settings', {
    failures: [{ path, status, times: 20, how: 'error' }],
  })

describe('the key', () => {
  it('is asked what it may, and nothing comes of the asking', async () => {
    const before = books.sandbox.events().length
    const permissions = await checkKey(books.stripe)
    expect(permissions.filter(({ granted }) => granted !== true)).toEqual([])
    expect(permissions.some(({ may }) => may === 'write')).toBe(true)
    expect(books.sandbox.events()).toHaveLength(before)
  })

  it.each([
    '/v1/balance_transactions',
    '/v1/promotion_codes',
    '/v1/disputes',
    '/v1/radar/early_fraud_warnings',
  ])('that may not use %s is said to lack it', async (path) => {
    await refuse(path)
    const missing = (await checkKey(books.stripe)).filter(({ granted }) => granted === false)
    expect(missing).toHaveLength(1)
  })

  it('that may send nothing by Stripe Connect lacks nothing where affiliates are paid by hand', async () => {
    await refuse('/v2/core/accounts')
    const setUp = await getSetUp(system, { db: books.db, stripe: books.stripe })
    const refused = setUp.permissions.filter(({ granted }) => granted === false)
    expect(refused.map(({ resource, forConnect }) => [resource, forConnect])).toEqual([
      ['Connected accounts', true],
    ])
    expect(stillMissing(setUp).filter(({ part }) => part === 'key')).toEqual([])
  })

  it('that Stripe does not know is not taken for one without permissions', async () => {
    const permissions = await checkKey(createStripe('sk_live_unknown', books.sandbox.url))
    expect(new Set(permissions.map(({ granted }) => granted))).toEqual(new Set([null]))
  })
})

describe('the programme', () => {
  it('has a name once somebody has given it one', async () => {
    const isNamed = async () =>
      (await getSetUp(system, { db: books.db, stripe: books.stripe })).programme.isNamed
    expect(await isNamed()).toBe(false)
    const { seen } = await getLooks(system, books.db)
    await changeLooks(system, { name: 'Larkspur', accent: null, seen }, { db: books.db })
    expect(await isNamed()).toBe(true)
  })
})

describe('a programme', () => {
  const options = () => ({ db: books.db, stripe: books.stripe })
  const missing = async () => stillMissing(await getSetUp(system, options())).map(({ what }) => what)

  it('is new until it has a name and Stripe was heard of, and what it lacks grows less', async () => {
    await books.db.update(programme).set({ name: unnamedProgramme })
    expect(await getIsNew(viewer, books.db)).toBe(true)
    expect(await missing()).toEqual([
      'the programme’s name',
      'Stripe’s endpoint',
      'a test event that has arrived',
      'a second administrator',
      'pages for links to lead to',
    ])
    await takeFirstTerms(system, { name: 'Larkspur', earnsFrom: '2025-03-01' }, books.db)
    await makeWebhook(system, options())
    await proveWebhook(system, options())
    await deliver(books, handled(books))
    expect(await missing()).toEqual(['a second administrator', 'pages for links to lead to'])
    expect(await getIsNew(viewer, books.db)).toBe(false)
    const { name, terms } = (await getSetUp(system, options())).programme
    expect([name, terms.earnsFrom]).toEqual(['Larkspur', '2025-03-01'])
  })

  it('is named by an administrator, as long as nothing is settled', async () => {
    const first = { name: 'Larkspur', earnsFrom: '2025-03-01' }
    await expect(takeFirstTerms(viewer, first, books.db)).rejects.toMatchObject({ code: 'forbidden' })
    const wrong = takeFirstTerms(system, { ...first, earnsFrom: 'soon' }, books.db)
    await expect(wrong).rejects.toMatchObject({ field: 'earnsFrom' })
    expect((await getSetUp(system, options())).programme.isSettled).toBe(false)
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 100 })
    await deliver(books, handled(books))
    await drain(books.db, books.stripe, 60_000)
    expect((await getSetUp(system, options())).programme.isSettled).toBe(true)
    await expect(takeFirstTerms(system, first, books.db)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is told in Stripe’s words what Stripe refuses', async () => {
    for (const [path, verb] of [
      ['/v1/webhook_endpoints', makeWebhook],
      ['/v1/coupons', proveWebhook],
    ] as const) {
      await refuse(path)
      await expect(verb(system, options())).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/^Stripe says: \w/),
      })
    }
  })
})

describe('the webhook', () => {
  const options = () => ({ db: books.db, stripe: books.stripe })

  it('is made once, mended where it is wrong, and its secret shown once', async () => {
    expect((await getSetUp(system, options())).webhook.endpoint).toEqual({ state: 'missing' })
    const { id, secret } = await makeWebhook(system, options())
    expect(secret).toMatch(/^whsec_/)
    expect((await getSetUp(system, options())).webhook.endpoint).toEqual({ state: 'right', id })
    await books.stripe.webhookEndpoints.update(id, { enabled_events: ['invoice.paid'], disabled: true })
    expect((await getSetUp(system, options())).webhook.endpoint).toMatchObject({
      state: 'wrong',
      problems: [
        'It is disabled.',
        expect.stringMatching(/^It does not send account.updated and \d+ more types\.$/),
      ],
    })
    expect(await makeWebhook(system, options())).toEqual({ id, secret: null })
    expect((await getSetUp(system, options())).webhook.endpoint).toEqual({ state: 'right', id })
    expect((await books.stripe.webhookEndpoints.list()).data).toHaveLength(1)
  })

  it('is proved by an event of a coupon that nobody can use, and that is gone again', async () => {
    expect((await getSetUp(system, options())).webhook.proof).toBeNull()
    const { couponId } = await proveWebhook(system, options())
    expect((await getSetUp(system, options())).webhook.proof).toMatchObject({ arrivedAt: null })
    await deliver(books, handled(books))
    const { quarantined } = await drain(books.db, books.stripe, 60_000)
    expect(quarantined).toBe(0)
    expect((await getSetUp(system, options())).webhook.proof).toMatchObject({ arrivedAt: expect.any(Date) })
    await expect(books.stripe.coupons.retrieve(couponId)).rejects.toMatchObject({ code: 'resource_missing' })
  })

  it('is an administrator’s affair', async () => {
    for (const verb of [getSetUp, makeWebhook, proveWebhook])
      await expect(verb(viewer, options())).rejects.toMatchObject({ code: 'forbidden' })
    expect((await books.stripe.webhookEndpoints.list()).data).toEqual([])
  })

  it('stands as unknown where Stripe does not answer', async () => {
    await refuse('/v1/webhook_endpoints', 500)
    const { webhook, permissions } = await getSetUp(system, options())
    expect(webhook.endpoint).toBeNull()
    expect(permissions.find(({ resource }) => resource === 'Webhook endpoints')?.granted).toBeNull()
  })
})
