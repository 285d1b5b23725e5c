import { describe, expect, it } from 'vitest'
import { convert, includedPercentOf, percentOf, scale, shareOut } from '@/lib/stripe-sandbox/machine/amounts'

describe('amounts', () => {
  it('round half away from zero, once', () => {
    expect([scale(5, 1n, 2n), scale(-5, 1n, 2n), scale(4, 1n, 3n), scale(27550, 290n, 10_000n)]).toEqual([
      3, -3, 1, 799,
    ])
  })

  it('take percentages with decimals exactly', () => {
    expect([percentOf(2900, 5), percentOf(999, 12.5), percentOf(1, 0.1)]).toEqual([145, 125, 0])
  })

  it('find the tax inside an amount', () => {
    expect(includedPercentOf(1200, 20)).toBe(200)
    expect(includedPercentOf(2900, 8.1)).toBe(217)
  })

  it('are shared out without losing a unit', () => {
    expect(shareOut(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(shareOut(10, [0, 3, 7])).toEqual([0, 3, 7])
    expect(shareOut(10, [0, 0])).toEqual([0, 0])
  })

  it('are converted between currencies with different decimals', () => {
    expect(convert(3306, 'eur', 'usd', '1.0801')).toBe(3571)
    expect(convert(1000, 'jpy', 'usd', '0.0067')).toBe(670)
    expect(convert(12345, 'kwd', 'usd', '3.25')).toBe(4012)
  })
})
