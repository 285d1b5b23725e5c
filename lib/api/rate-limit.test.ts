import { describe, expect, it } from 'vitest'
import { RateLimiter } from './rate-limit'

describe('the rate limit', () => {
  it('lets a burst through, then so many a second, for each key by itself', () => {
    const limiter = new RateLimiter({ burst: 3, perSecond: 2 })
    expect([1, 2, 3, 4].map(() => limiter.take('a', 0))).toEqual([0, 0, 0, 1])
    expect(limiter.take('b', 0)).toBe(0)
    expect([1, 2].map(() => limiter.take('a', 500))).toEqual([0, 1])
    expect([1, 2, 3, 4].map(() => limiter.take('a', 60_000))).toEqual([0, 0, 0, 1])
  })

  it('is not fooled by a clock that goes back', () => {
    const limiter = new RateLimiter({ burst: 1, perSecond: 1 })
    expect([limiter.take('a', 10_000), limiter.take('a', 0)]).toEqual([0, 1])
  })
})
