import { describe, expect, it } from 'vitest'
import { mrrOf, type PricedItem, type Tiers } from './rules'

const item = (change: Partial<PricedItem> = {}): PricedItem => ({
  unitAmount: 2900,
  quantity: 1,
  interval: 'month',
  intervalCount: 1,
  metered: false,
  ...change,
})
const running = (...items: PricedItem[]) => ({ status: 'active', paused: false, endedAt: null, items })
const fivePercent = { percentOffBps: 500, amountOffMinor: null, duration: 'forever' }

describe('the MRR of a subscription', () => {
  it('is the price less what the code takes off for ever', () => {
    expect(mrrOf(running(item()), [fivePercent])).toBe(2755n)
  })

  it('brings years, weeks, days and several months to a month', () => {
    expect(mrrOf(running(item({ unitAmount: 29000, interval: 'year' })), [])).toBe(2417n)
    expect(mrrOf(running(item({ unitAmount: 1200, interval: 'week' })), [])).toBe(5200n)
    expect(mrrOf(running(item({ unitAmount: 120, interval: 'day' })), [])).toBe(3650n)
    expect(mrrOf(running(item({ unitAmount: 6000, intervalCount: 3 })), [])).toBe(2000n)
  })

  it('is the unit amount times the quantity', () => {
    expect(mrrOf(running(item({ quantity: 7 }), item({ unitAmount: 100, quantity: 0 })), [])).toBe(20_300n)
  })

  it('rounds once, after adding items and taking discounts off', () => {
    const yearly = item({ unitAmount: 100, interval: 'year' })
    expect(mrrOf(running(yearly, yearly, yearly), [])).toBe(25n)
  })

  it('takes a discount of one item off that item alone, and never more than it costs', () => {
    const half = { percentOffBps: 5000, amountOffMinor: null, duration: 'forever' }
    const fixed = { percentOffBps: null, amountOffMinor: 500, duration: 'forever' }
    expect(mrrOf(running(item({ discounts: [half] }), item({ unitAmount: 1000 })), [])).toBe(2450n)
    expect(mrrOf(running(item({ discounts: [fivePercent] })), [half])).toBe(1378n)
    expect(mrrOf(running(item(), item({ unitAmount: 300, discounts: [fixed] })), [])).toBe(2900n)
    const yearly = item({ unitAmount: 12_500, interval: 'year', discounts: [fixed] })
    expect(mrrOf(running(yearly), [])).toBe(1000n)
  })

  it('leaves passing discounts out', () => {
    expect(mrrOf(running(item()), [{ ...fivePercent, duration: 'once' }])).toBe(2900n)
  })

  it('is nothing for trials, paused, unfinished and ended subscriptions, and something for past-due ones', () => {
    expect(mrrOf({ ...running(item()), status: 'trialing' }, [])).toBe(0n)
    expect(mrrOf({ ...running(item()), paused: true }, [])).toBe(0n)
    expect(mrrOf({ ...running(item()), status: 'paused' }, [])).toBe(0n)
    expect(mrrOf({ ...running(item()), status: 'incomplete' }, [])).toBe(0n)
    expect(mrrOf({ ...running(item()), endedAt: 1 }, [])).toBe(0n)
    expect(mrrOf({ ...running(item()), status: 'past_due' }, [])).toBe(2900n)
  })

  it('counts parts of a minor unit, and packages', () => {
    const calls = { unitAmount: null, unitAmountDecimal: '0.55', quantity: 1000 }
    expect(mrrOf(running(item(calls)), [])).toBe(550n)
    const packages = { of: 10, round: 'up' } as const
    expect(mrrOf(running(item({ unitAmount: 300, quantity: 21, packages })), [])).toBe(900n)
    expect(
      mrrOf(running(item({ unitAmount: 300, quantity: 21, packages: { of: 10, round: 'down' } })), []),
    ).toBe(600n)
  })

  const steps: Tiers['tiers'] = [
    { upTo: 5, unitAmount: '1000', flatAmount: '200' },
    { upTo: 10, unitAmount: '800', flatAmount: '300' },
    { upTo: null, unitAmount: '500.5', flatAmount: null },
  ]
  const tiered = (mode: Tiers['mode'], quantity: number, change: Partial<PricedItem> = {}) =>
    mrrOf(running(item({ unitAmount: null, tiers: { mode, tiers: steps }, quantity, ...change })), [])

  it('applies graduated tiers: the units of each at its own price, its flat amount once', () => {
    expect([0, 5, 6, 12].map((quantity) => tiered('graduated', quantity))).toEqual([
      200n,
      5200n,
      5200n + 800n + 300n,
      5200n + 4000n + 300n + 1001n,
    ])
  })

  it('applies volume tiers: all units at the price of the one that is reached', () => {
    expect([0, 5, 6, 11].map((quantity) => tiered('volume', quantity))).toEqual(
      [200n, 5200n, 6 * 800 + 300, 5506n].map(BigInt),
    )
  })

  it('brings tiers to a month and takes discounts off them like any price', () => {
    expect(tiered('volume', 5, { interval: 'year' })).toBe(433n)
    expect(tiered('volume', 5, { discounts: [fivePercent] })).toBe(4940n)
  })

  it('counts nothing for a tiered price of which the tiers are not known, nor for the price of usage', () => {
    expect(mrrOf(running(item({ unitAmount: null })), [])).toBe(0n)
    expect(mrrOf(running(item({ metered: true })), [])).toBe(0n)
  })

  it('never falls below nothing', () => {
    expect(
      mrrOf(running(item({ unitAmount: 100 })), [
        { percentOffBps: null, amountOffMinor: 900, duration: 'forever' },
      ]),
    ).toBe(0n)
  })
})
