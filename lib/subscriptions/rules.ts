import { roundHalfUp } from '@/lib/money'

export interface PricedItem {
  /** Minor units of one; null: tiered or by usage, which is counted elsewhere. */
  unitAmount: number | null
  quantity: number
  interval: 'day' | 'week' | 'month' | 'year' | null
  intervalCount: number
  metered: boolean
  /** Of this item alone. */
  discounts?: readonly LastingDiscount[]
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
 * Monthly recurring revenue in minor units, rounded half up once: licensed items less their own discounts, brought to a month, less
 * the subscription's. Only discounts that last for ever count (percentages of the whole; fixed amounts once a period, of the first
 * item where they are the subscription's).
 */
export function mrrOf(
  subscription: { status: string; paused: boolean; endedAt: number | null; items: readonly PricedItem[] },
  discounts: readonly LastingDiscount[],
): bigint {
  if (!counting.has(subscription.status) || subscription.paused || subscription.endedAt !== null) return 0n
  let sum: Fraction = [0n, 1n]
  for (const item of subscription.items) sum = plus(sum, aMonth(item, priceOf(item)))
  const [first] = subscription.items
  for (const discount of discounts) {
    sum = lessDiscount(sum, discount, (amount) => (first ? aMonth(first, amount) : [0n, 1n]))
  }
  const [numerator, denominator] = sum
  return numerator > 0n ? roundHalfUp(numerator, denominator) : 0n
}

/** Numerator and positive denominator. */
type Fraction = readonly [bigint, bigint]

const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d]

/** What an item costs a period; never below zero. */
function priceOf(item: PricedItem): Fraction {
  if (item.metered || item.unitAmount === null) return [0n, 1n]
  let price: Fraction = [BigInt(item.unitAmount) * BigInt(item.quantity), 1n]
  for (const discount of item.discounts ?? []) price = lessDiscount(price, discount, (amount) => amount)
  return price[0] > 0n ? price : [0n, 1n]
}

/** An amount of an item's period, brought to a month. */
function aMonth(item: PricedItem, [numerator, denominator]: Fraction): Fraction {
  if (item.interval === null) return [0n, 1n]
  const [times, by] = perMonth[item.interval]
  return [numerator * times, denominator * by * BigInt(item.intervalCount)]
}

/** @param brought a fixed amount a period, in the measure of `value` */
function lessDiscount(
  value: Fraction,
  { duration, percentOffBps, amountOffMinor }: LastingDiscount,
  brought: (amount: Fraction) => Fraction,
): Fraction {
  if (duration !== 'forever') return value
  if (percentOffBps !== null) return [value[0] * (10_000n - BigInt(percentOffBps)), value[1] * 10_000n]
  return amountOffMinor === null ? value : plus(value, brought([-BigInt(amountOffMinor), 1n]))
}
