import { describe, expect, it } from 'vitest'
import { AttemptLimit } from './attempt-limit'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000)

describe('a limit of attempts', () => {
  it('refuses the one too many, and allows again when the time is over', () => {
    const limit = new AttemptLimit({ attempts: 2, seconds: 60, keys: 10 })
    expect([limit.take('a', at(0)), limit.take('a', at(1)), limit.take('a', at(59))]).toEqual([
      true,
      true,
      false,
    ])
    expect(limit.take('a', at(60))).toBe(true)
  })

  it('counts each key by itself', () => {
    const limit = new AttemptLimit({ attempts: 1, seconds: 60, keys: 10 })
    expect([limit.take('a', at(0)), limit.take('b', at(0)), limit.take('a', at(1))]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('forgets the key not seen for longest when there are too many', () => {
    const limit = new AttemptLimit({ attempts: 1, seconds: 60, keys: 2 })
    for (const key of ['a', 'b', 'a', 'c']) limit.take(key, at(0))
    expect(limit.take('a', at(1))).toBe(false)
    expect(limit.take('b', at(1))).toBe(true)
  })
})
