import { roundHalfUp } from '@/lib/money'

export interface PricedItem {
  /** Minor units of one; null: tiered or by usage, which is counted elsewhere. */
  unitAmount: number | null
  quantity: number
  interval: 'day' | 'week' | 'month' | 'year' | null
  intervalCount: number
  metered: boolean
}

export interface LastingDiscount {
  percentOffBps: number | null
  amountOffMinor: number | null
  duration: string | null
}

/** How many of an interval make a month: a month has 52/12 weeks and 365/12 days. */
const perMonth = { day: [365n, 12n], week: [52n, 12n], month: [1n, 1n], year: [1n, 12n] } as const

/** Trials, paused, incomplete and ended subscriptions bring nothing; past-due ones still count. */
const counting = new Set(['active', 'past_due', 'unpaid'])

/**
 * Monthly recurring revenue in minor units, rounded half up once: licensed items brought to a month, less the discounts that last
 * for ever (percentages of the whole; fixed amounts once a period of the first item).
 */
export function mrrOf(
  subscription: { status: string; paused: boolean; endedAt: number | null; items: readonly PricedItem[] },
  discounts: readonly LastingDiscount[],
): bigint {
  if (!counting.has(subscription.status) || subscription.paused || subscription.endedAt !== null) return 0n
  let numerator = 0n
  let denominator = 1n
  const add = (amount: bigint, item: PricedItem) => {
    if (item.interval === null) return
    const [times, by] = perMonth[item.interval]
    const divisor = by * BigInt(item.intervalCount)
    numerator = numerator * divisor + amount * times * denominator
    denominator *= divisor
  }
  for (const item of subscription.items) {
    if (!item.metered && item.unitAmount !== null) add(BigInt(item.unitAmount) * BigInt(item.quantity), item)
  }
  const [first] = subscription.items
  for (const discount of discounts) {
    if (discount.duration !== 'forever') continue
    if (discount.percentOffBps !== null) {
      numerator *= 10_000n - BigInt(discount.percentOffBps)
      denominator *= 10_000n
    } else if (discount.amountOffMinor !== null && first) {
      add(-BigInt(discount.amountOffMinor), first)
    }
  }
  return numerator > 0n ? roundHalfUp(numerator, denominator) : 0n
}
