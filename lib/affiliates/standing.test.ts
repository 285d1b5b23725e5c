import { describe, expect, it } from 'vitest'
import { standingAt, type StandingChange } from './standing'

const story: StandingChange[] = [
  { at: 100, status: 'suspended' },
  { at: 200, status: 'active' },
  { at: 300, status: 'closed' },
  { at: 400, status: 'active' },
  { at: 500, status: 'suspended' },
  { at: 600, status: 'closed' },
]
const free = { closedAt: null, suspended: false }

describe('an affiliate’s standing towards a payment', () => {
  it('is active where nothing was decided', () => {
    expect(standingAt([], 50)).toEqual(free)
  })

  it.each([
    ['before everything', 50, free],
    ['in the second of a suspension', 100, free],
    ['while suspended, but taken back since', 150, free],
    ['after that', 250, free],
    ['in the second of the closing', 300, free],
    ['after the closing', 301, { closedAt: 300, suspended: false }],
    ['when reopened', 450, free],
    ['while suspended and closed since', 550, { closedAt: null, suspended: true }],
    ['after the second closing', 700, { closedAt: 600, suspended: false }],
  ])('%s', (_name, paidAt, standing) => {
    expect(standingAt(story, paidAt)).toEqual(standing)
  })

  it('holds what was paid while suspended until they are active again', () => {
    const suspended = story.slice(0, 1)
    expect(standingAt(suspended, 150)).toEqual({ closedAt: null, suspended: true })
    expect(standingAt(suspended, 90)).toEqual(free)
  })
})
