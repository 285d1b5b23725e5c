import { addDays, addMonths, dayOf, daysBetween, laterOf } from '@/lib/calendar'
import type { Day, Instant } from '@/lib/calendar'
import { apportion } from '@/lib/money'
import type { Instalment, LineFact } from '@/lib/settlement/facts'

// A month begins only where this much of the period is left on its day: 28 February to 31 March stays one month.
const fewestDaysOfAMonth = 4

/**
 * The first days of the service months in a period. The start always counts, also where the period has no length or
 * ends before it begins. At most 2,772, because `dayOf` knows no day after 2200.
 */
export function serviceMonths(periodStart: Instant, periodEnd: Instant): Day[] {
  const start = dayOf(periodStart)
  const end = dayOf(periodEnd)
  const months = [start]
  for (let k = 1; ; k += 1) {
    const day = addMonths(start, k)
    if (daysBetween(day, end) < fewestDaysOfAMonth) return months
    months.push(day)
  }
}

/**
 * The commission dripped over the service months of the lines that earn. Their amounts add up to the commission, which
 * must not be negative; a commission of zero has no instalments. One instalment without a service month, on the day of
 * payment, where no month weighs anything.
 */
export function scheduleOf(
  commissionMinor: bigint,
  earningLines: readonly LineFact[],
  paidOn: Day,
  holdDays: number,
): Instalment[] {
  if (commissionMinor === 0n) return []
  const months = weighedMonths(earningLines)
  if (months.length === 0) return [instalment(0, null, paidOn, holdDays, commissionMinor)]
  const amounts = apportion(
    commissionMinor,
    months.map((month) => month.weight),
  )
  return months.map(({ on }, k) => instalment(k, on, laterOf(on, paidOn), holdDays, amounts[k] ?? 0n))
}

/** The months that weigh more than nothing, by date; the weights are relative to one another. */
function weighedMonths(lines: readonly LineFact[]): { on: Day; weight: bigint }[] {
  const served = lines.flatMap(({ netMinor, periodStart, periodEnd }) =>
    periodStart === null ? [] : [{ netMinor, months: serviceMonths(periodStart, periodEnd ?? periodStart) }],
  )
  // One denominator for all lines keeps the sums whole numbers.
  const denominator = served.reduce((all, line) => leastCommonMultiple(all, BigInt(line.months.length)), 1n)
  const weights = new Map<Day, bigint>()
  for (const { netMinor, months } of served) {
    const perMonth = netMinor * (denominator / BigInt(months.length))
    for (const month of months) weights.set(month, (weights.get(month) ?? 0n) + perMonth)
  }
  return [...weights]
    .filter(([, weight]) => weight > 0n)
    .map(([on, weight]) => ({ on, weight }))
    .toSorted((a, b) => (a.on < b.on ? -1 : 1))
}

function instalment(
  k: number,
  serviceMonthOn: Day | null,
  earnedOn: Day,
  holdDays: number,
  amountMinor: bigint,
): Instalment {
  const payableOn = addDays(earnedOn, Math.max(0, holdDays))
  return { k, serviceMonthOn, earnedOn, payableOn, amountMinor, remainingMinor: amountMinor }
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return (a / greatestCommonDivisor(a, b)) * b
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}
