import { addDays, addMonths, dayOf, daysFrom, later, type Day } from './days'
import type { Line, Reversal, Sale, Terms } from './facts'
import {
  dividedBy,
  floor,
  fraction,
  isPositive,
  minus,
  plus,
  roundHalfUp,
  smaller,
  times,
  zero,
  type Fraction,
} from './fraction'

/** Of an affiliate's `earned`: what comes and goes on which days. */
export interface Movement {
  earnedOn: Day
  payableOn: Day
  amount: bigint
}

export interface Instalment {
  /** Null: no line has a service period. */
  serviceMonth: Day | null
  earnedOn: Day
  payableOn: Day
  amount: bigint
}

const mayEarn = (line: Line, terms: Terms): boolean =>
  terms.products === null || (line.product !== null && terms.products.includes(line.product))

/** Section 2: `(a × X/T − f) × E/X`, times the rate, rounded once. */
export function commissionOf(sale: Sale, terms: Terms): bigint {
  const { settled, basis, payment } = sale
  if (settled === null || basis.total <= 0n || basis.withoutTax <= 0n) return 0n
  const share = fraction(payment.here, payment.all)
  const gross = times(fraction(settled.amount), share)
  const fee = times(fraction(settled.fee), share)
  const withoutTax = times(gross, fraction(basis.withoutTax, basis.total))
  const earning = basis.lines.filter((line) => mayEarn(line, terms)).reduce((sum, line) => sum + line.net, 0n)
  // Below zero with a fee above what came in would be above zero again: what may earn is nothing then.
  if (earning <= 0n) return 0n
  const net = times(minus(withoutTax, fee), fraction(earning, basis.withoutTax))
  const commission = roundHalfUp(times(net, fraction(terms.rateBps, 10_000)))
  return commission > 0n ? commission : 0n
}

/** Section 3: the start, and every month after it on which at least four days of the period are left. */
export function serviceMonths(start: number, end: number): Day[] {
  const first = dayOf(start)
  const months = [first]
  for (let k = 1; daysFrom(addMonths(first, k), dayOf(end)) >= 4; k += 1) months.push(addMonths(first, k))
  return months
}

/** Section 3: the commission, apportioned to the service months of the earning lines. */
export function instalmentsOf(sale: Sale, terms: Terms, commission: bigint): Instalment[] {
  const paidOn = dayOf(sale.payment.paidAt)
  const weights = new Map<Day, Fraction>()
  for (const line of sale.basis.lines) {
    if (!mayEarn(line, terms) || line.period === null) continue
    const months = serviceMonths(line.period.start, line.period.end)
    for (const month of months) {
      weights.set(month, plus(weights.get(month) ?? zero, fraction(line.net, months.length)))
    }
  }
  const dated = [...weights].filter(([, weight]) => isPositive(weight)).sort(([a], [b]) => (a < b ? -1 : 1))
  const on = (serviceMonth: Day | null, amount: bigint): Instalment => {
    const earnedOn = later(serviceMonth ?? paidOn, paidOn)
    return { serviceMonth, earnedOn, payableOn: addDays(earnedOn, terms.holdDays), amount }
  }
  if (dated.length === 0) return [on(null, commission)]
  const parts = apportion(
    commission,
    dated.map(([, weight]) => weight),
  )
  return dated.map(([month], i) => on(month, parts[i] ?? 0n))
}

/** Floors first; what is left over goes by the largest remainder, the earlier of equals first. */
function apportion(total: bigint, weights: Fraction[]): bigint[] {
  const sum = weights.reduce(plus, zero)
  const exact = weights.map((weight) => dividedBy(times(fraction(total), weight), sum))
  const parts = exact.map(floor)
  const remainders = exact.map((part, i) => ({ i, rest: minus(part, fraction(parts[i] ?? 0n)) }))
  remainders.sort((a, b) => {
    const difference = minus(b.rest, a.rest).over
    return difference === 0n ? a.i - b.i : difference > 0n ? 1 : -1
  })
  let left = total - parts.reduce((a, b) => a + b, 0n)
  for (const { i } of remainders) {
    if (left === 0n) break
    parts[i] = (parts[i] ?? 0n) + 1n
    left -= 1n
  }
  return parts
}

/** Section 4: what reversals take, the latest instalment first; then what stops because the subscription has ended; then a void. */
export function movementsOf(
  sale: Sale,
  terms: Terms,
  { endedAt, voidedAt = null }: { endedAt: number | null; voidedAt?: number | null },
): Movement[] {
  const commission = commissionOf(sale, terms)
  const instalments = instalmentsOf(sale, terms, commission)
  const movements: Movement[] = instalments.map(({ earnedOn, payableOn, amount }) => {
    return { earnedOn, payableOn, amount }
  })
  const left = instalments.map((instalment) => instalment.amount)
  const take = (i: number, amount: bigint, on: Day) => {
    const instalment = instalments[i]
    if (!instalment || amount === 0n) return
    left[i] = (left[i] ?? 0n) - amount
    const { earnedOn, payableOn } = instalment
    movements.push({ earnedOn: later(earnedOn, on), payableOn: later(payableOn, on), amount: -amount })
  }
  for (const { lost, on } of lossesOf(sale, commission)) {
    let due = lost
    for (let i = instalments.length - 1; i >= 0; i -= 1) {
      const here = left[i] ?? 0n
      const amount = here < due ? here : due
      take(i, amount, on)
      due -= amount
    }
  }
  if (endedAt !== null && terms.onCancel === 'stop') {
    const endedOn = dayOf(endedAt)
    for (const [i, { serviceMonth }] of instalments.entries()) {
      if (serviceMonth !== null && serviceMonth > endedOn) take(i, left[i] ?? 0n, endedOn)
    }
  }
  if (voidedAt !== null) {
    const on = later(dayOf(voidedAt), dayOf(sale.payment.paidAt))
    for (const i of instalments.keys()) take(i, left[i] ?? 0n, on)
  }
  return movements
}

/** Section 4: after r₁ + … + rᵢ of P the affiliate has lost that share of the commission, rounded half up. */
function lossesOf(sale: Sale, commission: bigint): { lost: bigint; on: Day }[] {
  const all = fraction(sale.payment.all)
  let reversed = zero
  let lostSoFar = 0n
  return inOrder(sale.reversals).map(({ at, amount }) => {
    reversed = smaller(plus(reversed, fraction(amount)), all)
    const lost = roundHalfUp(dividedBy(times(fraction(commission), reversed), all))
    const more = lost - lostSoFar
    lostSoFar = lost
    return { lost: more, on: dayOf(at) }
  })
}

function inOrder(reversals: readonly Reversal[]): Reversal[] {
  return reversals.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}
