import { describe, expect, it } from 'vitest'
import { nextBoundary, stepFrom } from '@/lib/stripe-sandbox/machine/periods'

const at = (text: string) => Date.parse(text) / 1000
const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)

describe('periods', () => {
  it('are counted from the anchor, so that a short month does not move the day', () => {
    const month = { interval: 'month', interval_count: 1 }
    const anchor = at('2028-01-31T10:00:00Z')
    expect([1, 2, 3].map((n) => day(stepFrom(anchor, month, n)))).toEqual([
      '2028-02-29',
      '2028-03-31',
      '2028-04-30',
    ])
    expect(stepFrom(anchor, month, 1) % 86_400).toBe(36_000)
  })

  it('of a year that begins on a leap day end on 28 February and come back', () => {
    const year = { interval: 'year', interval_count: 1 }
    expect([1, 4].map((n) => day(stepFrom(at('2028-02-29T00:00:00Z'), year, n)))).toEqual([
      '2029-02-28',
      '2032-02-29',
    ])
  })

  it('have the first boundary after any moment', () => {
    const rhythms = ['day', 'week', 'month', 'year'].map((interval) => ({ interval, interval_count: 3 }))
    const anchor = at('2026-01-31T00:00:00Z')
    for (const rhythm of rhythms) {
      for (let n = 0; n < 40; n++) {
        const boundary = stepFrom(anchor, rhythm, n)
        expect(nextBoundary(anchor, rhythm, boundary)).toBe(stepFrom(anchor, rhythm, n + 1))
        expect(nextBoundary(anchor, rhythm, boundary + 1)).toBe(stepFrom(anchor, rhythm, n + 1))
      }
    }
  })
})
