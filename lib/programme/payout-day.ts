import { addMonths, monthOf, type Day } from '@/lib/calendar'
import type { Terms } from './schemas'

/** The next day of payout, today's included; null: payouts are made by hand. */
export function nextPayoutDay(on: Day, payoutDay: Terms['payoutDay']): Day | null {
  if (payoutDay === 'by_hand') return null
  const dayIn = (day: Day) => `${monthOf(day)}-${String(payoutDay).padStart(2, '0')}` as Day // from 1 to 28, so it exists
  const inThis = dayIn(on)
  return inThis >= on ? inThis : dayIn(addMonths(on, 1))
}
