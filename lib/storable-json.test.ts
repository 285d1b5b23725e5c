import { describe, expect, it } from 'vitest'
import { storableJson } from './storable-json'

describe('JSON to be stored', () => {
  it('stays as it is where jsonb takes it, letters beyond the first plane included', () => {
    const text = '{"a": "Yılmaz ₺ 😀", "b": 1e400}'
    expect(storableJson(JSON.parse(text), text)).toBe(text)
  })

  it('loses U+0000 and half letters, in names and values at any depth', () => {
    const strange = { 'a\0': ['x\0y', { b: '\ud83d', c: '\ude00\ud83d' }], d: '\ud83d\ude00', e: '\\u0000' }
    expect(JSON.parse(storableJson(strange))).toEqual({
      'a\uFFFD': ['x\uFFFDy', { b: '\uFFFD', c: '\uFFFD\uFFFD' }],
      d: '\ud83d\ude00',
      e: '\\u0000',
    })
  })

  it('keeps a name that has a meaning of its own in JavaScript', () => {
    const text = '{"__proto__":{"a":1},"b":"\\u0000"}'
    expect(storableJson(JSON.parse(text), text)).toBe('{"__proto__":{"a":1},"b":"\uFFFD"}')
  })
})
