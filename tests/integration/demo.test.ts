import { asc, ne } from 'drizzle-orm'
import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { affiliates, codes, commissions, database, inboxWork, ledgerTransfers } from '@/db'
import { moveProgrammeClock } from '@/lib/demo/move-programme-clock'
import { advanceClock, buy, listPlans, sandboxNow } from '@/lib/demo/shop'
import { clientOf, openStage, standing, type Stage } from './demo-stage'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

describe('making the demo', () => {
  it('ends in the same shop however often it is killed, before and after every request to Stripe', async () => {
    await stage.tell()
    const whole = standing(stage.sandbox)
    await stage.close()
    stage = await openStage()

    const seen = new Set<string>()
    const dying: typeof fetch = async (input, init) => {
      // A session that was given up is made anew, and is not another place to die at.
      const request = `${String(input)} ${String(init?.body)}`.replaceAll(/cs_\w+/g, 'cs')
      if (init?.method === 'POST' && !seen.has(`before ${request}`)) {
        seen.add(`before ${request}`)
        throw new Error('killed before the request was sent')
      }
      const answer = await stage.sandbox.fetch(input, init)
      if (init?.method === 'POST' && !seen.has(`after ${request}`)) {
        seen.add(`after ${request}`)
        throw new Error('killed before the answer came')
      }
      return answer
    }
    const mortal = clientOf(stage.sandbox, dying)
    let deaths = 0
    for (;;) {
      try {
        await stage.tell(mortal)
        break
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeConnectionError)) throw error
        deaths++
      }
      expect(deaths).toBeLessThan(500)
    }
    expect(deaths).toBeGreaterThan(50)
    expect(standing(stage.sandbox)).toEqual(whole)
  }, 180_000)

  it('reaches the ledger through signed webhooks alone, the founding example as 480', async () => {
    await stage.listen()
    await stage.tell()
    const settled = await database().select().from(commissions).orderBy(asc(commissions.paidAt))
    expect(settled).toHaveLength(stage.sandbox.all('charge').length)
    expect(settled[0]).toMatchObject({
      status: 'settled',
      paymentMinor: 2755n,
      netMinor: 2400n,
      commissionMinor: 480n,
      matchedBy: 'promotion_code',
    })
    const whole = settled.find(
      ({ reversedMinor, remainingMinor }) => reversedMinor > 0n && remainingMinor === 0n,
    )
    const part = settled.find(
      ({ reversedMinor, remainingMinor }) => reversedMinor > 0n && remainingMinor > 0n,
    )
    expect([whole, part]).toMatchObject([{ status: 'settled' }, { status: 'settled' }])
    const left = await database().select().from(inboxWork).where(ne(inboxWork.state, 'done'))
    expect(left).toEqual([])
    const lines = await database().select().from(ledgerTransfers)
    expect(lines.every(({ paymentId }) => paymentId?.startsWith('pi_'))).toBe(true)
  })

  it('gives every affiliate of the story a code, on the day they join', async () => {
    await stage.tell()
    const rows = await database().select().from(affiliates)
    expect(rows.map(({ displayName }) => displayName).toSorted()).toEqual(['Ahmet Yılmaz', 'Sofia Lindholm'])
    const [clock] = stage.sandbox.all('test_helpers.test_clock')
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
    await stage.tell()
    const before = standing(stage.sandbox)
    await moveProgrammeClock({ kind: 'system', job: 'test' }, { days: 1 })
    await stage.tell()
    expect({ ...standing(stage.sandbox), payments: [] }).toEqual({ ...before, payments: [] })
    const [clock] = stage.sandbox.all('test_helpers.test_clock')
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
