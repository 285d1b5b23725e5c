import { includedPercentOf, percentOf, shareOut, sum } from '@/lib/stripe-sandbox/machine/amounts'
import type { TaxRate } from '@/lib/stripe-sandbox/machine/wire'

/** A discount as arithmetic: what it takes off, and from which products. */
export interface Reduction {
  discount: string
  percentOff: number | null
  amountOff: number | null
  products: string[] | null
}

export interface PricedLine {
  amount: number
  product: string | null
  discountable: boolean
  reductions: Reduction[]
  taxRates: TaxRate[]
}

export interface LineResult {
  discounts: { discount: string; amount: number }[]
  taxes: { rate: TaxRate; amount: number; taxable: number }[]
}

export interface Result {
  lines: LineResult[]
  subtotal: number
  subtotalExcludingTax: number
  discountAmounts: { discount: string; amount: number }[]
  taxes: { rate: TaxRate; amount: number; taxable: number }[]
  total: number
  totalExcludingTax: number
}

/**
 * Discounts first (a line's own, then the order's, each on what the ones before left), then tax on what is left.
 * Amounts off are shared out by what the lines still cost. https://docs.stripe.com/billing/subscriptions/coupons
 */
export function compute(lines: PricedLine[], reductions: Reduction[]): Result {
  const left = lines.map((line) => line.amount)
  const results: LineResult[] = lines.map(() => ({ discounts: [], taxes: [] }))
  for (const [i, line] of lines.entries()) {
    for (const reduction of line.reductions) apply(reduction, [i], lines, left, results)
  }
  const everyLine = lines.map((_, i) => i)
  for (const reduction of reductions) apply(reduction, everyLine, lines, left, results)
  for (const [i, line] of lines.entries()) {
    for (const rate of line.taxRates) {
      const rest = left[i] ?? 0
      const tax = rate.inclusive ? includedPercentOf(rest, rate.percentage) : percentOf(rest, rate.percentage)
      results[i]?.taxes.push({ rate, amount: tax, taxable: rate.inclusive ? rest - tax : rest })
    }
  }
  const subtotal = sum(lines.map((line) => line.amount))
  const taxes = grouped(
    results.flatMap((each) => each.taxes),
    (tax) => tax.rate.id,
    (a, b) => ({ ...a, amount: a.amount + b.amount, taxable: a.taxable + b.taxable }),
  )
  const discountAmounts = grouped(
    results.flatMap((each) => each.discounts),
    (each) => each.discount,
    (a, b) => ({ ...a, amount: a.amount + b.amount }),
  )
  const net = sum(left)
  const added = sum(taxes.filter((tax) => !tax.rate.inclusive).map((tax) => tax.amount))
  const included = sum(taxes.filter((tax) => tax.rate.inclusive).map((tax) => tax.amount))
  return {
    lines: results,
    subtotal,
    subtotalExcludingTax: subtotal - sum(lines.map(taxInFullAmount)),
    discountAmounts,
    taxes,
    total: net + added,
    totalExcludingTax: net - included,
  }
}

const taxInFullAmount = (line: PricedLine): number =>
  sum(
    line.taxRates
      .filter((rate) => rate.inclusive)
      .map((rate) => includedPercentOf(line.amount, rate.percentage)),
  )

function apply(
  reduction: Reduction,
  places: number[],
  lines: PricedLine[],
  left: number[],
  results: LineResult[],
): void {
  const eligible = places.filter((i) => {
    const line = lines[i]
    const isMeant = !reduction.products || (line?.product && reduction.products.includes(line.product))
    return line?.discountable === true && isMeant && (left[i] ?? 0) > 0
  })
  const rests = eligible.map((i) => left[i] ?? 0)
  const cuts =
    reduction.percentOff === null
      ? shareOut(Math.min(reduction.amountOff ?? 0, sum(rests)), rests)
      : rests.map((rest) => percentOf(rest, reduction.percentOff ?? 0))
  for (const [n, i] of eligible.entries()) {
    const cut = cuts[n] ?? 0
    left[i] = (left[i] ?? 0) - cut
    results[i]?.discounts.push({ discount: reduction.discount, amount: cut })
  }
}

function grouped<T>(all: T[], keyOf: (each: T) => string, add: (a: T, b: T) => T): T[] {
  const groups = new Map<string, T>()
  for (const each of all) {
    const known = groups.get(keyOf(each))
    groups.set(keyOf(each), known ? add(known, each) : each)
  }
  return [...groups.values()]
}
