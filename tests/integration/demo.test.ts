import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, auditEntries, closeDatabase, codes, database, programme } from '@/db'
import { TributaryError } from '@/lib/errors'
import { moveProgrammeClock } from '@/lib/demo/move-programme-clock'
import { makeDemo } from '@/lib/demo/make-demo'
import { tellStory, type Deed } from '@/lib/demo/story'
import {
  advanceClock,
  buy,
  cancelSubscription,
  listPlans,
  listPurchases,
  refund,
  sandboxNow,
} from '@/lib/demo/shop'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'

let store: TestDatabase
let sandbox: Sandbox
let stripe: Stripe

const quiet = () => undefined

/** Two affiliates, and one of everything that customers do. */
function shortStory(start: Parameters<typeof tellStory>[0]): Deed[] {
  const story = tellStory(start)
  const customerOf = (deed: Deed | undefined) =>
    deed && 'customer' in deed ? deed.customer.email : undefined
  const lives = [
    story.find(({ kind }) => kind === 'buy'),
    story.find((deed) => deed.kind === 'refund' && deed.shareBps < 10_000),
    story.find((deed) => deed.kind === 'refund' && deed.shareBps === 10_000),
    story.find((deed) => deed.kind === 'cancel' && deed.when === 'period_end'),
    story.find(({ kind }) => kind === 'add_code'),
  ].map(customerOf)
  const isOneOff = (deed: Deed) => deed.kind === 'buy' && deed.plan === 'onboarding'
  const oneOff = customerOf(story.find(isOneOff))
  return story.filter((deed, index) =>
    deed.kind === 'join' ? index < 2 : [...lives, oneOff].includes(deed.customer.email),
  )
}

/** What stands at Stripe, without ids and times. */
function standing() {
  const emailOf = new Map(sandbox.all('customer').map(({ id, email }) => [id, email]))
  return {
    customers: [...emailOf.values()].toSorted(),
    bought: sandbox
      .all('checkout.session')
      .filter(({ status }) => status === 'complete')
      .map(({ customer, amount_total: total }) => `${emailOf.get(customer ?? '')} ${total}`)
      .toSorted(),
    subscriptions: sandbox
      .all('subscription')
      .map((it) => `${emailOf.get(it.customer)} ${it.status} ${it.discounts.length}`)
      .toSorted(),
    refunds: sandbox
      .all('refund')
      .map(({ amount }) => amount)
      .toSorted((a, b) => a - b),
    payments: sandbox
      .all('charge')
      .map(({ customer, amount }) => `${emailOf.get(customer ?? '')} ${amount}`)
      .toSorted(),
    prices: sandbox.all('price').length,
    coupons: sandbox.all('coupon').length,
    codes: sandbox
      .all('promotion_code')
      .map(({ code }) => code)
      .toSorted(),
    clocks: sandbox.all('test_helpers.test_clock').length,
  }
}

async function open(seed: string): Promise<void> {
  store = await testDatabase()
  sandbox = await createSandbox({ seed })
  useEnvironment(store, { STRIPE_API_BASE: sandbox.url })
  stripe = new Stripe('sk_test_tests', {
    httpClient: Stripe.createFetchHttpClient(sandbox.fetch),
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

async function close(): Promise<void> {
  await closeDatabase()
  await sandbox.close()
  await store.drop()
}

beforeEach(() => open('demo'))
afterEach(close)

const tell = () => makeDemo({ db: database(), stripe, tell: quiet }, shortStory)

describe('making the demo', () => {
  it('ends in the same shop however often it is killed, before and after every request to Stripe', async () => {
    await tell()
    const whole = standing()
    await close()
    await open('demo')

    const seen = new Set<string>()
    const dying: typeof fetch = async (input, init) => {
      // A session that was given up is made anew, and is not another place to die at.
      const request = `${String(input)} ${String(init?.body)}`.replaceAll(/cs_\w+/g, 'cs')
      if (init?.method === 'POST' && !seen.has(`before ${request}`)) {
        seen.add(`before ${request}`)
        throw new Error('killed before the request was sent')
      }
      const answer = await sandbox.fetch(input, init)
      if (init?.method === 'POST' && !seen.has(`after ${request}`)) {
        seen.add(`after ${request}`)
        throw new Error('killed before the answer came')
      }
      return answer
    }
    const mortal = new Stripe('sk_test_tests', {
      httpClient: Stripe.createFetchHttpClient(dying),
      maxNetworkRetries: 0,
      telemetry: false,
    })
    let deaths = 0
    for (;;) {
      try {
        await makeDemo({ db: database(), stripe: mortal, tell: quiet }, shortStory)
        break
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeConnectionError)) throw error
        deaths++
      }
      expect(deaths).toBeLessThan(500)
    }
    expect(deaths).toBeGreaterThan(50)
    expect(standing()).toEqual(whole)
  })

  it('gives every affiliate of the story a code, on the day they join', async () => {
    await tell()
    const rows = await database().select().from(affiliates)
    expect(rows.map(({ displayName }) => displayName).toSorted()).toEqual(['Ahmet Yılmaz', 'Sofia Lindholm'])
    const [clock] = sandbox.all('test_helpers.test_clock')
    for (const { createdAt } of rows) {
      expect(createdAt.toISOString().slice(0, 10) < `${clock?.name?.slice(-10)}`).toBe(true)
    }
    const made = await database().select().from(codes)
    expect(made.map(({ code, status }) => `${code} ${status}`).toSorted()).toEqual([
      'AHMET5 active',
      'SOFIA5 active',
    ])
  })

  it('does nothing more at the next start but let the time pass', async () => {
    await tell()
    const before = standing()
    await moveProgrammeClock({ kind: 'system', job: 'test' }, { days: 1 })
    await tell()
    expect({ ...standing(), payments: [] }).toEqual({ ...before, payments: [] })
    const [clock] = sandbox.all('test_helpers.test_clock')
    const now = Math.floor((await sandboxNow()).getTime() / 1000)
    expect(clock?.frozen_time).toBeGreaterThan(now - 60)
    expect(clock?.frozen_time).toBeLessThanOrEqual(now)
  })

  it('keeps the shop closed while it is being made', async () => {
    const [plan] = await listPlans()
    expect(plan).toBeUndefined()
    expect(await buy({ priceId: 'price_x', code: '', email: 'a@example.net', name: 'A' })).toMatchObject({
      ok: false,
      field: 'form',
    })
    await expect(advanceClock({ days: 1 })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('the shop', () => {
  beforeEach(tell)

  const order = async (change: { code?: string; email?: string; interval?: 'month' | 'year' } = {}) => {
    const plan = (await listPlans()).find(({ interval }) => interval === (change.interval ?? 'month'))
    const { code = 'AHMET5', email = 'you@example.net' } = change
    return { priceId: plan?.priceId ?? '', code, email, name: 'You' }
  }
  const bought = async (change?: Parameters<typeof order>[0]) => {
    const result = await buy(await order(change))
    if (!result.ok) throw new Error(result.message)
    return result.paymentId ?? ''
  }

  it('offers the plans, the cheapest first', async () => {
    expect(await listPlans()).toMatchObject([
      { name: 'Pro', interval: 'month', amountMinor: 2900n, currency: 'usd' },
      { name: 'Team', interval: 'month', amountMinor: 7900n, currency: 'usd' },
      { name: 'Pro', interval: 'year', amountMinor: 29000n, currency: 'usd' },
    ])
  })

  it('sells with a code as typed, in any case, at the programme’s time', async () => {
    const paymentId = await bought({ code: ' ahmet5 ' })
    const [latest] = await listPurchases(1)
    expect(latest).toMatchObject({
      paymentId,
      email: 'you@example.net',
      planName: 'Pro, monthly',
      amountMinor: 2755n,
      refundedMinor: 0n,
      currency: 'usd',
      subscriptionStatus: 'active',
    })
    expect(Math.abs(Number(latest?.paidAt) - Number(await sandboxNow()))).toBeLessThan(60_000)
  })

  it('says what is wrong with a code or an address at its field', async () => {
    expect(await buy(await order({ code: 'NOBODY9' }))).toEqual({
      ok: false,
      field: 'code',
      message: 'This code is invalid.',
    })
    expect(await buy(await order({ email: 'nobody' }))).toMatchObject({ ok: false, field: 'email' })
    const unknown = { ...(await order()), priceId: 'price_none' }
    expect(await buy(unknown)).toMatchObject({ ok: false, field: 'form' })
  })

  it('knows a customer again by the address', async () => {
    await bought()
    await bought({ email: 'You@Example.net', code: '' })
    const [second, first] = await listPurchases(2)
    expect(second?.customerId).toBe(first?.customerId)
    expect(second?.amountMinor).toBe(2900n)
  })

  it('gives back a part, and not more than there is', async () => {
    const paymentId = await bought()
    await refund({ paymentId, amountMinor: 1000n })
    expect((await listPurchases(1))[0]?.refundedMinor).toBe(1000n)
    await expect(refund({ paymentId, amountMinor: 2000n })).rejects.toMatchObject({
      code: 'unprocessable',
      field: 'amount',
    })
    await expect(refund({ paymentId: 'pi_none', amountMinor: 1n })).rejects.toBeInstanceOf(TributaryError)
  })

  it('ends a subscription once', async () => {
    await bought()
    const [{ subscriptionId = '' } = {}] = await listPurchases(1)
    await cancelSubscription({ subscriptionId })
    expect((await listPurchases(1))[0]?.subscriptionStatus).toBe('canceled')
    await expect(cancelSubscription({ subscriptionId })).rejects.toBeInstanceOf(TributaryError)
  })

  it('moves the time a month, and the renewal comes', async () => {
    const paymentId = await bought()
    const before = await sandboxNow()
    const after = await advanceClock({ months: 1 })
    expect(after.getTime() - before.getTime()).toBeGreaterThan(27 * 86_400_000)
    const renewals = (await listPurchases(100)).filter(({ email }) => email === 'you@example.net')
    expect(renewals).toHaveLength(2)
    expect(renewals[1]?.paymentId).toBe(paymentId)
    expect(renewals[0]).toMatchObject({ amountMinor: 2755n })
  })
})

describe('moving the programme’s clock', () => {
  const system = { kind: 'system', job: 'test' } as const

  it('adds up when two move it at once, each in the audit log', async () => {
    await ensureProgramme(database(), { booksMode: 'sandbox', stripeAccountId: null, now: new Date() })
    await Promise.all([moveProgrammeClock(system, { days: 1 }), moveProgrammeClock(system, { days: 1 })])
    const [row] = await database().select().from(programme)
    expect(row?.clockOffsetSeconds).toBe(2 * 86_400)
    const entries = await database().select().from(auditEntries)
    expect(entries.filter(({ action }) => action === 'programme.move_clock')).toHaveLength(2)
  })

  it('is for a sandbox alone, for administrators, and ahead', async () => {
    await expect(moveProgrammeClock(system, { days: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    await ensureProgramme(database(), { booksMode: 'test', stripeAccountId: null, now: new Date() })
    await expect(moveProgrammeClock(system, { days: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    const reader = { kind: 'api_key', id: 'key_x', scope: 'read' } as const
    await expect(moveProgrammeClock(reader, { days: 1 })).rejects.toMatchObject({ code: 'forbidden' })
    for (const by of [{}, { days: -1 }, { days: 0.5 }, { months: -1, days: 40 }]) {
      await expect(moveProgrammeClock(system, by)).rejects.toMatchObject({ code: 'invalid' })
    }
  })
})
