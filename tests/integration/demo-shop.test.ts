import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { auditEntries, database, programme } from '@/db'
import { moveProgrammeClock } from '@/lib/demo/move-programme-clock'
import {
  advanceClock,
  buy,
  cancelSubscription,
  listPlans,
  listPurchases,
  refund,
  sandboxNow,
} from '@/lib/demo/shop'
import { TributaryError } from '@/lib/errors'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { openStage, type Stage } from './demo-stage'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

describe('the shop', () => {
  beforeEach(() => stage.tell())

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
