import { addMonths, dayOf, daysBetween, type Instant } from '@/lib/calendar'
import { roundHalfUp } from '@/lib/money'

/** What an invoice brought for the usage of one period. */
export interface PaidUsage {
  periodStart: Instant
  periodEnd: Instant
  paidAt: Instant
  netMinor: bigint
}

/**
 * What usage brings a month, in minor units: the nets of the invoices paid in the twelve months before a moment, over the months that
 * they billed. A period of whole calendar months is so many; another counts by its days, 365 to a year.
 */
export function usageAMonth(paid: readonly PaidUsage[], at: Instant): bigint {
  const until = dayOf(at)
  const after = addMonths(until, -12)
  const lately = paid.filter((usage) => usage.paidAt <= at && dayOf(usage.paidAt) > after)
  const net = lately.reduce((sum, usage) => sum + usage.netMinor, 0n)
  const periods = new Map(lately.map((usage) => [`${usage.periodStart} ${usage.periodEnd}`, usage]))
  // In parts of a month: a day is 12 of 365.
  const length = [...periods.values()].reduce((sum, period) => sum + partsOf(period), 0n)
  return length > 0n && net > 0n ? roundHalfUp(net * 365n, length) : 0n
}

function partsOf({ periodStart, periodEnd }: PaidUsage): bigint {
  const [start, end] = [dayOf(periodStart), dayOf(periodEnd)]
  const days = daysBetween(start, end)
  const months = Math.round((days * 12) / 365)
  // From 28 February to 31 March is a month too: such a series is counted from its first day.
  const isWhole = addMonths(start, months) === end || addMonths(end, -months) === start
  return months > 0 && isWhole ? BigInt(months) * 365n : BigInt(days) * 12n
}
