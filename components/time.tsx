const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** `2026-01-31` as `31 Jan 2026`. */
export function dayText(value: string): string {
  return day.format(new Date(`${value}T00:00:00Z`))
}

/** `2026-01` as `January 2026`. */
export function monthText(value: string): string {
  return month.format(new Date(`${value}-01T00:00:00Z`))
}

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
  return (
    <time dateTime={at.toISOString()} className={className} title={at.toISOString()}>
      <span className="figures">{`${minute.format(at)} UTC`}</span>
    </time>
  )
}
