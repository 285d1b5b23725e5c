import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  apportion,
  decimalString,
  formatMoney,
  formatRate,
  minorUnitExponent,
  parseDecimal,
  roundHalfUp,
} from '@/lib/money'

const anyAmount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n })

describe('the decimals of a currency', () => {
  it("are those of Stripe's amounts, also where the world has none", () => {
    const of = (codes: string) => codes.split(' ').map(minorUnitExponent)
    expect(of('jpy KRW vnd clp xof mga')).toEqual([0, 0, 0, 0, 0, 0])
    expect(of('bhd jod KWD omr tnd')).toEqual([3, 3, 3, 3, 3])
    expect(of('usd eur isk ugx huf twd xyz')).toEqual([2, 2, 2, 2, 2, 2, 2])
  })

  it('make an amount a decimal', () => {
    expect(decimalString(2755n, 'usd')).toBe('27.55')
    expect(decimalString(-5n, 'usd')).toBe('-0.05')
    expect(decimalString(0n, 'usd')).toBe('0.00')
    expect(decimalString(2755n, 'jpy')).toBe('2755')
    expect(decimalString(-1n, 'kwd')).toBe('-0.001')
  })

  it('make a decimal an amount, and refuse what is none', () => {
    const read = (text: string, currency = 'usd') => parseDecimal(text, currency)
    expect([read('27.55'), read(' 27.5 '), read('27'), read('-0.05'), read('5', 'jpy')]).toEqual([
      2755n,
      2750n,
      2700n,
      -5n,
      5n,
    ])
    expect(read('1.234', 'kwd')).toBe(1234n)
    for (const text of [
      '',
      '27.555',
      '27,55',
      '1e3',
      '0x10',
      '27.',
      '.5',
      '--1',
      '1 000',
      'NaN',
      '9'.repeat(31),
    ]) {
      expect(read(text)).toBeNull()
    }
    expect(read('5.0', 'jpy')).toBeNull()
  })

  it('lose nothing on the way there and back', () => {
    fc.assert(
      fc.property(anyAmount, fc.constantFrom('usd', 'jpy', 'kwd', 'isk'), (minor, currency) => {
        expect(parseDecimal(decimalString(minor, currency), currency)).toBe(minor)
      }),
    )
  })
})

describe('an amount is written', () => {
  it('as people write it in their language', () => {
    expect(formatMoney(2755n, 'usd', 'en')).toBe('$27.55')
    expect(formatMoney(-5n, 'usd')).toBe('-$0.05')
    expect(formatMoney(2755n, 'jpy', 'en')).toBe('¥2,755')
    expect(formatMoney(2755n, 'eur', 'de').replace(/\s/, ' ')).toBe('27,55 €')
    expect(formatMoney(2755n, 'kwd', 'en').replace(/\s/, ' ')).toBe('KWD 2.755')
    expect(formatMoney(500n, 'isk', 'en').replace(/\s/, ' ')).toBe('ISK 5.00')
  })

  it('to the last digit, however large', () => {
    expect(formatMoney(12_345_678_901_234_567_890_123n, 'usd', 'en')).toBe('$123,456,789,012,345,678,901.23')
  })

  it('also where the currency is none', () => {
    expect(formatMoney(2755n, 'dollar')).toBe('27.55 DOLLAR')
  })
})

describe('a rate is written in per cent', () => {
  it('with as many decimals as it has', () => {
    const rates = [2000, 1250, 1555, 5, 0, 10_000, -150, 100]
    expect(rates.map((bps) => formatRate(bps))).toEqual([
      '20 %',
      '12.5 %',
      '15.55 %',
      '0.05 %',
      '0 %',
      '100 %',
      '-1.5 %',
      '1 %',
    ])
    expect(formatRate(1250, 'de')).toBe('12,5 %')
  })
})

describe('a half is rounded', () => {
  it('away from zero, so that taking back mirrors giving', () => {
    const tenths = [24n, 25n, 26n, -24n, -25n, -26n, 0n]
    expect(tenths.map((tenth) => roundHalfUp(tenth, 10n))).toEqual([2n, 3n, 3n, -2n, -3n, -3n, 0n])
    expect(roundHalfUp(25n, -10n)).toBe(-3n)
    expect(() => roundHalfUp(1n, 0n)).toThrow(RangeError)
  })

  it('to what is never more than half away', () => {
    fc.assert(
      fc.property(anyAmount, fc.bigInt({ min: 1n, max: 10n ** 12n }), (numerator, denominator) => {
        const off = 2n * (roundHalfUp(numerator, denominator) * denominator - numerator)
        expect(off <= denominator && off >= -denominator).toBe(true)
        expect(roundHalfUp(-numerator, denominator)).toBe(-roundHalfUp(numerator, denominator))
      }),
    )
  })
})

describe('an amount is apportioned', () => {
  it('by largest remainder, ties to the earlier', () => {
    expect(apportion(5344n, Array<bigint>(12).fill(1n)).slice(3, 5)).toEqual([446n, 445n])
    expect(apportion(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n])
    expect(apportion(10n, [1n, 5n, 1n])).toEqual([2n, 7n, 1n])
    expect(apportion(1n, [1n, 2n])).toEqual([0n, 1n])
    expect(apportion(-10n, [1n, 1n, 1n])).toEqual([-4n, -3n, -3n])
    expect(apportion(10n, [-7n, 1n, 0n])).toEqual([0n, 10n, 0n])
    expect(() => apportion(10n, [0n, -1n])).toThrow(RangeError)
  })

  it('into parts that add up to it, none more than one away from its share', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(anyAmount, weights, (total, weights) => {
        fc.pre(weights.some((weight) => weight > 0n))
        const parts = apportion(total, weights)
        const sum = weights.reduce((all, weight) => all + weight, 0n)
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(total)
        parts.forEach((part, index) => {
          const off = part * sum - total * (weights[index] ?? 0n)
          expect(off < sum && off > -sum).toBe(true)
        })
      }),
    )
  })
})
