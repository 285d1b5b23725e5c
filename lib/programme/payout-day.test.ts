import { describe, expect, it } from 'vitest'
import { nextPayoutDay } from './payout-day'

describe('the next payout day', () => {
  it('is the terms’ day of this month, today’s too, or of the next', () => {
    expect(nextPayoutDay('2026-01-31', 1)).toBe('2026-02-01')
    expect(nextPayoutDay('2026-02-01', 1)).toBe('2026-02-01')
    expect(nextPayoutDay('2026-02-02', 28)).toBe('2026-02-28')
    expect(nextPayoutDay('2026-12-29', 28)).toBe('2027-01-28')
  })

  it('is none where payouts are made by hand', () => {
    expect(nextPayoutDay('2026-01-31', 'by_hand')).toBeNull()
  })
})
