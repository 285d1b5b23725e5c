/** A UTC day, `YYYY-MM-DD`. Days compare and sort as strings. */
export type Day = `${number}-${number}-${number}`
/** A UTC month, `YYYY-MM`. */
export type Month = `${number}-${number}`
/** A moment in whole seconds since 1970-01-01T00:00:00Z, as Stripe writes it. */
export type Instant = number

const secondsADay = 86_400
const lastInstant = Date.UTC(2201, 0, 1) / 1000 - 1

/** The UTC day of a moment. Throws RangeError for what is no whole second from 1970 to 2200 (milliseconds, say). */
export function dayOf(instant: Instant): Day {
  if (!Number.isInteger(instant) || instant < 0 || instant > lastInstant) {
    throw new RangeError(`${instant} is not a whole second from 1970 to 2200`)
  }
  return dayFromNumber(Math.floor(instant / secondsADay))
}

/** The first second of a day. */
export function startOfDay(day: Day): Instant {
  return numberOfDay(day) * secondsADay
}

/** Whether a text is a day that exists: `2026-02-29` is not. */
export function isDay(text: string): text is Day {
  const { year, month, day } = split(text)
  return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** The day `days` later (earlier if negative). */
export function addDays(day: Day, days: number): Day {
  return dayFromNumber(numberOfDay(day) + days)
}

/**
 * The day `months` later, clamped to the month's end. A series is counted from its first day, never from the day
 * before it: 01-31 gives 02-28, then 03-31.
 */
export function addMonths(anchor: Day, months: number): Day {
  const { year, month, day } = civil(anchor)
  const count = year * 12 + (month - 1) + months
  const toYear = Math.floor(count / 12)
  const toMonth = count - toYear * 12 + 1
  return format(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)))
}

/** Days from the first to the second; negative if the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return numberOfDay(to) - numberOfDay(from)
}

export function compareDays(a: Day, b: Day): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0
}

export function laterOf(a: Day, b: Day): Day {
  return a > b ? a : b
}

export function monthOf(day: Day): Month {
  const { year, month } = civil(day)
  return `${pad(year, 4)}-${pad(month, 2)}` as Month // digits only, by `pad`
}

function numberOfDay(day: Day): number {
  const { year, month, day: date } = civil(day)
  return Date.UTC(year, month - 1, date) / (secondsADay * 1000)
}

function dayFromNumber(number: number): Day {
  const date = new Date(number * secondsADay * 1000)
  return format(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}

function civil(day: Day): { year: number; month: number; day: number } {
  if (!isDay(day)) throw new RangeError(`'${day}' is not a day`)
  return split(day)
}

const pattern = /^(\d{4})-(\d{2})-(\d{2})$/

function split(text: string): { year: number; month: number; day: number } {
  const parts = pattern.exec(text)
  return { year: Number(parts?.[1]), month: Number(parts?.[2]), day: Number(parts?.[3]) }
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function format(year: number, month: number, day: number): Day {
  // Four digits keep the order of the strings the order of the days; Date.UTC takes years below 100 for 19xx.
  if (!(year >= 1000 && year <= 9999)) throw new RangeError('A day outside the years 1000 to 9999')
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as Day // digits only, by `pad`
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
