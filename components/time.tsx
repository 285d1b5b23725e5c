const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

/** `2026-01-31` as `31 Jan 2026`. Written by hand: browsers and servers disagree about the short name of September. */
export function dayText(value: string): string {
  const [year = '', month = '', day = ''] = value.split('-')
  return `${Number(day)} ${monthName(month).slice(0, 3)} ${year}`
}

/** `2026-01` as `January 2026`. */
export function monthText(value: string): string {
  const [year = '', month = ''] = value.split('-')
  return `${monthName(month)} ${year}`
}

function monthName(number: string): string {
  return months[Number(number) - 1] ?? number
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
  const iso = at.toISOString()
  return (
    <time dateTime={iso} className={className} title={iso}>
      <span className="figures">{`${dayText(iso.slice(0, 10))}, ${iso.slice(11, 16)} UTC`}</span>
    </time>
  )
}
