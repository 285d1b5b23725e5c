import { formatDay, formatMonth } from '@/lib/locales'
import { readersLocale } from './reader'

/** `2026-01-31` as `31 Jan 2026`, or as the reader writes it. */
export function dayText(value: string): string {
  return formatDay(value, readersLocale())
}

/** `2026-01` as `January 2026`. */
export const monthText = formatMonth

/** A day, `YYYY-MM-DD`. */
export function DayTime({ value, className }: { value: string; className?: string }) {
  return (
    <time dateTime={value} className={className}>
      <span className="figures">{dayText(value)}</span>
    </time>
  )
}

/** A moment, to the minute, in UTC like every day of the books. */
export function Moment({ at, className }: { at: Date; className?: string }) {
  const iso = at.toISOString()
  return (
    <time dateTime={iso} className={className} title={iso}>
      <span className="figures">{`${dayText(iso.slice(0, 10))}, ${iso.slice(11, 16)} UTC`}</span>
    </time>
  )
}
