import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startOfDay, type Day } from '@/lib/calendar'
import { movementsOf, type MrrState } from './movements'
import { usageAMonth, type PaidUsage } from './usage'

const paid = (start: Day, end: Day, netMinor: bigint): PaidUsage => ({
  periodStart: startOfDay(start),
  periodEnd: startOfDay(end),
  paidAt: startOfDay(end) + 3600,
  netMinor,
})
const on = (day: Day) => startOfDay(day) + 86_399

describe('what usage brings a month', () => {
  it('is what its invoices brought, over the months that they billed', () => {
    const usage = [paid('2026-01-01', '2026-02-01', 300n), paid('2026-02-01', '2026-03-01', 501n)]
    expect(usageAMonth(usage, on('2026-02-15'))).toBe(300n)
    expect(usageAMonth(usage, on('2026-03-01'))).toBe(401n)
  })

  it('forgets what was paid more than twelve months ago', () => {
    const usage = [paid('2025-01-01', '2025-02-01', 9000n), paid('2026-01-01', '2026-02-01', 300n)]
    expect(usageAMonth(usage, on('2026-01-31'))).toBe(9000n)
    expect(usageAMonth(usage, on('2026-02-01'))).toBe(300n)
    expect(usageAMonth(usage, on('2027-02-01'))).toBe(0n)
  })

  it('counts months without usage, a quarter as three, and every month of a series at a month’s end as one', () => {
    const idle = [paid('2026-01-01', '2026-02-01', 300n), paid('2026-02-01', '2026-03-01', 0n)]
    expect(usageAMonth(idle, on('2026-03-02'))).toBe(150n)
    expect(usageAMonth([paid('2026-01-01', '2026-04-01', 300n)], on('2026-04-02'))).toBe(100n)
    const ends = [paid('2026-01-31', '2026-02-28', 310n), paid('2026-02-28', '2026-03-31', 310n)]
    expect(usageAMonth(ends, on('2026-04-01'))).toBe(310n)
  })

  it('counts a week as 7 of 365 days', () => {
    expect(usageAMonth([paid('2026-01-01', '2026-01-08', 700n)], on('2026-02-01'))).toBe(3042n)
  })

  it('adds up what one period was billed for by several prices', () => {
    const twice = [paid('2026-01-01', '2026-02-01', 300n), paid('2026-01-01', '2026-02-01', 50n)]
    expect(usageAMonth(twice, on('2026-02-02'))).toBe(350n)
  })

  it('is nothing without invoices, and never below nothing', () => {
    expect(usageAMonth([], on('2026-02-02'))).toBe(0n)
    expect(usageAMonth([paid('2026-01-01', '2026-02-01', -5n)], on('2026-02-02'))).toBe(0n)
  })

  it('does not depend on the order in which the invoices became known', () => {
    const usage = [1n, 22n, 333n, 4n].map((net, i) =>
      paid(`2026-0${i + 1}-01` as Day, `2026-0${i + 2}-01` as Day, net),
    )
    const inOrder = usageAMonth(usage, on('2026-05-02'))
    const anyOrder = fc.shuffledSubarray(usage, { minLength: usage.length })
    fc.assert(fc.property(anyOrder, (shuffled) => usageAMonth(shuffled, on('2026-05-02')) === inOrder))
  })
})

describe('usage month by month', () => {
  const state = (at: string, mrrMinor: bigint, status = 'active'): MrrState => ({
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    currency: 'usd',
    at: new Date(at),
    mrrMinor,
    status,
    since: new Date('2026-01-01T00:00:00Z'),
  })
  const usage = new Map([
    ['sub_1', [paid('2026-01-01', '2026-02-01', 300n), paid('2026-02-01', '2026-03-01', 100n)]],
  ])
  const range = { from: '2026-01', to: '2026-05' } as const
  const ends = (...states: MrrState[]) => movementsOf(states, range, usage).map((month) => month.endMinor)

  it('comes to what the subscription costs from the month in which it was paid, and stays as it was', () => {
    expect(ends(state('2026-01-01T00:00:00Z', 1000n))).toEqual([1000n, 1300n, 1200n, 1200n, 1200n])
    expect(ends(state('2026-01-01T00:00:00Z', 0n))).toEqual([0n, 300n, 200n, 200n, 200n])
  })

  it('counts nothing where it was begun and paused in one second, in whatever order that became known', () => {
    const begun = state('2026-01-01T00:00:00Z', 0n)
    const paused = state('2026-01-01T00:00:00Z', 0n, 'collection_paused')
    expect(ends(begun, paused)).toEqual([])
    expect(ends(paused, begun)).toEqual([])
  })

  it('is gone with the subscription, and counts nothing while its collection is paused', () => {
    const first = state('2026-01-01T00:00:00Z', 1000n)
    expect(ends(first, state('2026-03-10T00:00:00Z', 0n, 'canceled'))).toEqual([1000n, 1300n, 0n, 0n, 0n])
    expect(
      ends(
        first,
        state('2026-03-10T00:00:00Z', 0n, 'collection_paused'),
        state('2026-04-10T00:00:00Z', 1000n),
      ),
    ).toEqual([1000n, 1300n, 0n, 1200n, 1200n])
  })
})
