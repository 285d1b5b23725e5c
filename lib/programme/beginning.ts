import { isDay, startOfDay } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'

/**
 * When a change counts from: the first second of a day, or the next second from now.
 * @throws TributaryError invalid, field `from`, for what is no day and for a day that has begun
 */
export function beginning(from: string | undefined, now: Date): Date {
  const nextSecond = new Date((Math.floor(now.getTime() / 1000) + 1) * 1000)
  if (from === undefined) return nextSecond
  if (!isDay(from)) throw new TributaryError('invalid', 'A day such as 2026-01-31 is wanted.', 'from')
  const day = new Date(startOfDay(from) * 1000)
  if (day >= nextSecond) return day
  throw new TributaryError(
    'invalid',
    'Terms never reach back: a day that has not begun yet is wanted.',
    'from',
  )
}
