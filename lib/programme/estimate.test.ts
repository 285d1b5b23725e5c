import { describe, expect, it } from 'vitest'
import { estimate } from './estimate'
import { defaultTerms } from './terms'

const terms = defaultTerms('2026-01-01')
const monthly = { amountMinor: 2900n, currency: 'usd', interval: 'month' } as const

describe('the estimate for a plan', () => {
  it('can be redone by hand: discount, fee, net, rate', () => {
    // 2900 − 145 = 2755; 2.9 % of it and 30 are 110; 20 % of 2645 is 529.
    expect(estimate(monthly, 10, terms)).toEqual({
      currency: 'usd',
      priceMinor: 2900n,
      discountMinor: 145n,
      feeMinor: 110n,
      netMinor: 2645n,
      commissionMinor: 529n,
      monthMinor: 5290n,
      yearMinor: 63480n,
    })
  })

  it('spreads an annual plan over its months', () => {
    const annual = { ...monthly, amountMinor: 29000n, interval: 'year' } as const
    const { commissionMinor, monthMinor, yearMinor } = estimate(annual, 3, terms)
    expect(yearMinor).toBe(commissionMinor * 3n)
    expect(monthMinor).toBe((yearMinor + 6n) / 12n)
  })

  it('ends where the terms do, and never falls below zero', () => {
    expect(estimate(monthly, 1, { ...terms, durationMonths: 3 }).yearMinor).toBe(3n * 529n)
    expect(estimate({ ...monthly, amountMinor: 20n }, 5, terms)).toMatchObject({
      netMinor: 0n,
      yearMinor: 0n,
    })
    const discount = { kind: 'amount', amountOffMinor: 5000n, currency: 'usd' } as const
    expect(estimate(monthly, 5, { ...terms, discount })).toMatchObject({ discountMinor: 2900n, feeMinor: 0n })
  })

  it('knows currencies without cents', () => {
    const yen = { amountMinor: 3000n, currency: 'jpy', interval: 'month' } as const
    expect(estimate(yen, 1, terms)).toMatchObject({ discountMinor: 150n, feeMinor: 83n })
  })
})
