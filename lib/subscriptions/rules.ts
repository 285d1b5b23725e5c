import { roundHalfUp } from '@/lib/money'

export interface PricedItem {
  /** Minor units of one; null: tiered, or in parts of a minor unit. */
  unitAmount: number | null
  /** Decimal, where the price has parts of a minor unit. */
  unitAmountDecimal?: string
  tiers?: Tiers | null
  /** Sold by the package of so many. */
  packages?: { of: number; round: 'up' | 'down' }
  quantity: number
  interval: 'day' | 'week' | 'month' | 'year' | null
  intervalCount: number
  /** Usage counts by what it brought (`usage.ts`), not by its price. */
  metered: boolean
  /** Of this item alone. */
  discounts?: readonly LastingDiscount[]
}

export interface Tiers {
  mode: 'graduated' | 'volume'
  /** In the order in which they reach up; `upTo` null: all that is above. Decimals of minor units; null: nothing. */
  tiers: readonly { upTo: number | null; unitAmount: string | null; flatAmount: string | null }[]
}

export interface LastingDiscount {
  percentOffBps: number | null
  amountOffMinor: number | null
  duration: string | null
}

/** How many of an interval make a month: a month has 52/12 weeks and 365/12 days. */
const perMonth = { day: [365n, 12n], week: [52n, 12n], month: [1n, 1n], year: [1n, 12n] } as const

const counting = new Set(['active', 'past_due', 'unpaid'])

/** Trials, paused, incomplete and ended subscriptions bring nothing; past-due ones still count. */
export const brings = (status: string): boolean => counting.has(status)

/**
 * Monthly recurring revenue in minor units, rounded half up once: licensed items less their own discounts, brought to a month, less
 * the subscription's. Only discounts that last for ever count (percentages of the whole; fixed amounts once a period, of the first
 * item where they are the subscription's).
 */
export function mrrOf(
  subscription: { status: string; paused: boolean; endedAt: number | null; items: readonly PricedItem[] },
  discounts: readonly LastingDiscount[],
): bigint {
  if (!brings(subscription.status) || subscription.paused || subscription.endedAt !== null) return 0n
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
const times = ([a, b]: Fraction, count: number): Fraction => [a * BigInt(count), b]

function fraction(decimal: string | null): Fraction {
  const [whole = '0', part = ''] = (decimal ?? '0').split('.')
  return [BigInt(whole + part), 10n ** BigInt(part.length)]
}

/** What an item costs a period; never below zero. */
function priceOf(item: PricedItem): Fraction {
  if (item.metered) return [0n, 1n]
  const count = unitsOf(item)
  let price = item.tiers ? tieredPrice(item.tiers, count) : times(unitPrice(item), count)
  for (const discount of item.discounts ?? []) price = lessDiscount(price, discount, (amount) => amount)
  return price[0] > 0n ? price : [0n, 1n]
}

function unitPrice({ unitAmount, unitAmountDecimal }: PricedItem): Fraction {
  return unitAmount === null ? fraction(unitAmountDecimal ?? null) : [BigInt(unitAmount), 1n]
}

function unitsOf({ quantity, packages }: PricedItem): number {
  if (!packages) return quantity
  return packages.round === 'up' ? Math.ceil(quantity / packages.of) : Math.floor(quantity / packages.of)
}

/**
 * Volume: all units at the price of the tier that their number reaches. Graduated: the units of each tier at its own. A tier's flat
 * amount comes once, the first tier's also without any units.
 */
function tieredPrice({ mode, tiers }: Tiers, count: number): Fraction {
  let sum: Fraction = [0n, 1n]
  let below = 0
  for (const tier of tiers) {
    const top = tier.upTo ?? count
    const units = mode === 'volume' ? count : Math.max(0, Math.min(count, top) - below)
    const isReached = mode === 'volume' ? count <= top : units > 0 || below === 0
    if (isReached) {
      sum = plus(sum, plus(times(fraction(tier.unitAmount), units), fraction(tier.flatAmount)))
      if (mode === 'volume') break
    }
    below = top
  }
  return sum
}

/** An amount of an item's period, brought to a month. */
function aMonth(item: PricedItem, [numerator, denominator]: Fraction): Fraction {
  if (item.interval === null) return [0n, 1n]
  const [per, by] = perMonth[item.interval]
  return [numerator * per, denominator * by * BigInt(item.intervalCount)]
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
