const day = 86_400

export interface Rhythm {
  interval: string
  interval_count: number
}

/** The anchor moved on by `times` intervals, the day clamped at the end of short months. Seconds since 1970, UTC. */
export function stepFrom(anchor: number, rhythm: Rhythm, times: number): number {
  const count = rhythm.interval_count * times
  if (rhythm.interval === 'day') return anchor + count * day
  if (rhythm.interval === 'week') return anchor + count * 7 * day
  const date = new Date(anchor * 1000)
  const months = date.getUTCMonth() + count * (rhythm.interval === 'year' ? 12 : 1)
  const year = date.getUTCFullYear() + Math.floor(months / 12)
  const month = ((months % 12) + 12) % 12
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  const midnight = Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) / 1000
  return midnight + (anchor - Math.floor(anchor / day) * day)
}

const roughLength: Record<string, number> = { day: day, week: 7 * day, month: 27 * day, year: 365 * day }

/** The first boundary after `moment` of the rhythm that beats from `anchor`: 31 January, 28 February, 31 March. */
export function nextBoundary(anchor: number, rhythm: Rhythm, moment: number): number {
  const length = (roughLength[rhythm.interval] ?? day) * rhythm.interval_count
  const upper = Math.max(1, Math.ceil((moment - anchor) / length) + 1)
  let low = moment < anchor ? 0 : 1
  let high = upper
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (stepFrom(anchor, rhythm, middle) > moment) high = middle
    else low = middle + 1
  }
  return stepFrom(anchor, rhythm, low)
}
