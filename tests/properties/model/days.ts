/** 'YYYY-MM-DD', UTC. */
export type Day = string

export const daySeconds = 86_400

export function dayOf(second: number): Day {
  return new Date(second * 1000).toISOString().slice(0, 10)
}

export const firstSecondOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / 1000

export function addDays(day: Day, days: number): Day {
  return dayOf(firstSecondOf(day) + days * daySeconds)
}

export function daysFrom(from: Day, to: Day): number {
  return (firstSecondOf(to) - firstSecondOf(from)) / daySeconds
}

/** The same day so many months on; the last day of a month that is too short for it. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(firstSecondOf(day) * 1000)
  const wanted = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1))
  const lastDay = new Date(Date.UTC(wanted.getUTCFullYear(), wanted.getUTCMonth() + 1, 0)).getUTCDate()
  wanted.setUTCDate(Math.min(date.getUTCDate(), lastDay))
  return wanted.toISOString().slice(0, 10)
}

/** As `addMonths`, at the same time of the day. */
export function addMonthsToSecond(second: number, months: number): number {
  const day = dayOf(second)
  return firstSecondOf(addMonths(day, months)) + (second - firstSecondOf(day))
}

export const later = (a: Day, b: Day): Day => (a > b ? a : b)
