import { describe, expect, it } from 'vitest'
import { canonical, decodeForm } from '@/lib/stripe-sandbox/machine/form'

describe('a form', () => {
  it('becomes nested objects', () => {
    expect(decodeForm('a=1&b[c][d]=x+y&items[0][price]=p%26q&items[1][price]=r&e[]=1&e[]=2&empty=')).toEqual({
      a: '1',
      b: { c: { d: 'x y' } },
      items: { 0: { price: 'p&q' }, 1: { price: 'r' } },
      e: { 0: '1', 1: '2' },
      empty: '',
    })
  })

  it('cannot reach the prototype', () => {
    decodeForm('__proto__[polluted]=1&constructor[prototype][polluted]=1')
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('has one text whatever the order of its parameters', () => {
    expect(canonical(decodeForm('b=2&a[x]=1&a[y]=2'))).toBe(canonical(decodeForm('a[y]=2&a[x]=1&b=2')))
    expect(canonical(decodeForm('a=1'))).not.toBe(canonical(decodeForm('a=2')))
  })

  it('that is broken is refused', () => {
    expect(() => decodeForm('a=%zz')).toThrow('percent-encoding')
  })
})
