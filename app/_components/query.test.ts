import { describe, expect, it } from 'vitest'
import { one } from './query'

describe('the value of a query parameter', () => {
  it.each([
    ['AHMET5', 'AHMET5'],
    ['', undefined],
    [['a', 'b'], undefined],
    ['a\0b', 'a\uFFFDb'],
  ])('%j is %j, as the database takes it', (value, expected) => expect(one(value)).toBe(expected))
})
