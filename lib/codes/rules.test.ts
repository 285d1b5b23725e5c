import { describe, expect, it } from 'vitest'
import { codeText, codeVariant, couponIdOf } from './rules'

const percent = (percentOffBps: number) => ({ kind: 'percent', percentOffBps }) as const

describe('the text of a code', () => {
  it('is the handle and the percentage', () => {
    expect(codeText('Ahmet', percent(500))).toBe('AHMET5')
    expect(codeText('zoe', percent(2000))).toBe('ZOE20')
    expect(codeText('zoe', percent(10_000))).toBe('ZOE100')
  })

  it('has a hyphen for the point', () => {
    expect(codeText('Ahmet', percent(750))).toBe('AHMET7-5')
    expect(codeText('Ahmet', percent(725))).toBe('AHMET7-25')
    expect(codeText('Ahmet', percent(5))).toBe('AHMET0-05')
  })

  it('names the currency of an amount', () => {
    expect(codeText('Ahmet', { kind: 'amount', amountOffMinor: 1000n, currency: 'usd' })).toBe('AHMET10USD')
    expect(codeText('Ahmet', { kind: 'amount', amountOffMinor: 750n, currency: 'eur' })).toBe('AHMET7-50EUR')
    expect(codeText('Ahmet', { kind: 'amount', amountOffMinor: 1000n, currency: 'jpy' })).toBe('AHMET1000JPY')
  })

  it('has only characters that Stripe takes', () => {
    const texts = [percent(1234), { kind: 'amount', amountOffMinor: 1250n, currency: 'kwd' } as const]
    expect(texts.every((discount) => /^[A-Z0-9-]+$/.test(codeText('Yilmaz', discount)))).toBe(true)
  })

  it('gives way to somebody else’s code by a number', () => {
    expect([0, 1, 2].map((attempt) => codeVariant('AHMET5', attempt))).toEqual([
      'AHMET5',
      'AHMET5-2',
      'AHMET5-3',
    ])
  })
})

describe('a coupon’s id', () => {
  it('is the affiliate’s, so that a second coupon is impossible', () => {
    expect(couponIdOf('aff_0123456789abcdefghjk')).toBe('trb_0123456789abcdefghjk')
  })
})
