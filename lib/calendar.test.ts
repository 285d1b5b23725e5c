import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonths,
  compareDays,
  dayOf,
  daysBetween,
  isDay,
  laterOf,
  monthOf,
  startOfDay,
} from '@/lib/calendar'
import type { Day } from '@/lib/calendar'

const lastDay = daysBetween('1970-01-01', '2200-12-31')
const anyDay = fc.integer({ min: 0, max: lastDay }).map((days) => addDays('1970-01-01', days))

describe('a day', () => {
  it('is the UTC day of a moment, from its first to its last second', () => {
    expect(dayOf(0)).toBe('1970-01-01')
    expect(dayOf(1_769_817_600)).toBe('2026-01-31')
    expect(dayOf(1_769_817_599)).toBe('2026-01-30')
    expect(dayOf(startOfDay('2200-12-31') + 86_399)).toBe('2200-12-31')
  })

  it('is not made of milliseconds, fractions or moments outside 1970 to 2200', () => {
    for (const instant of [1_769_817_600_000, 0.5, -1, Number.NaN, Infinity, startOfDay('2201-01-01')]) {
      expect(() => dayOf(instant)).toThrow(RangeError)
    }
  })

  it('is told from what is none', () => {
    expect(['2026-02-28', '2028-02-29', '2000-02-29', '2026-12-31'].every(isDay)).toBe(true)
    const none = [
      '2026-02-29',
      '2100-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-1-1',
      '2026-01-32',
      '2026-04-31',
      '',
    ]
    expect(none.some(isDay)).toBe(false)
    expect(isDay('2026-01-01T00:00:00Z')).toBe(false)
    expect(() => addDays('2026-02-30', 1)).toThrow("'2026-02-30' is not a day")
  })

  it('moves by days across months, years and leap days', () => {
    expect(addDays('2026-01-31', 30)).toBe('2026-03-02')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2027-01-01', -1)).toBe('2026-12-31')
    expect(daysBetween('2026-03-02', '2026-01-31')).toBe(-30)
  })

  it('belongs to a month, and the later of two is found', () => {
    expect(monthOf('2026-01-31')).toBe('2026-01')
    expect(laterOf('2026-01-31', '2026-02-01')).toBe('2026-02-01')
    expect(laterOf('2026-02-01', '2026-01-31')).toBe('2026-02-01')
    const days: Day[] = ['2026-02-01', '2025-12-31', '2026-01-31']
    expect(days.toSorted(compareDays)).toEqual(['2025-12-31', '2026-01-31', '2026-02-01'])
    expect(compareDays('2026-01-31', '2026-01-31')).toBe(0)
  })
})

describe('months are added', () => {
  it('from the anchor, clamped to the end of short months', () => {
    const from = (day: Day) => [1, 2, 3, 12].map((months) => addMonths(day, months))
    expect(from('2026-01-31')).toEqual(['2026-02-28', '2026-03-31', '2026-04-30', '2027-01-31'])
    expect(from('2028-02-29')).toEqual(['2028-03-29', '2028-04-29', '2028-05-29', '2029-02-28'])
    expect(from('2026-11-30')).toEqual(['2026-12-30', '2027-01-30', '2027-02-28', '2027-11-30'])
  })

  it('backwards too, and to no year of five digits', () => {
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28')
    expect(addMonths('2026-01-31', -1)).toBe('2025-12-31')
    expect(() => addMonths('2026-01-31', 1_000_000)).toThrow(RangeError)
    expect(() => addMonths('2026-01-31', Number.NaN)).toThrow(RangeError)
  })
})

describe('on every day from 1970 to 2200', () => {
  it('adding and counting days undo one another', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(addDays(a, daysBetween(a, b))).toBe(b)
        expect(dayOf(startOfDay(a))).toBe(a)
        expect(compareDays(a, b)).toBe(Math.sign(daysBetween(b, a)))
      }),
    )
  })

  it('a month later is the same day of the next month, or its last', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 36 }), (day, months) => {
        const later = addMonths(day, months)
        const clamped = later.slice(8) < day.slice(8)
        expect(later.slice(8) <= day.slice(8)).toBe(true)
        if (clamped) expect(addDays(later, 1).slice(8)).toBe('01')
        expect(monthOf(later)).toBe(monthOf(addMonths(`${monthOf(day)}-01` as Day, months)))
      }),
    )
  })
})
