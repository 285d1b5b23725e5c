const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '))
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '))

/** Decimals of a currency as Stripe counts them. https://docs.stripe.com/currencies#zero-decimal */
export function exponentOf(currency: string): number {
  return zeroDecimal.has(currency) ? 0 : threeDecimal.has(currency) ? 3 : 2
}

/** `amount × numerator ÷ denominator`, exact, rounded half away from zero. */
export function scale(amount: number, numerator: bigint, denominator: bigint): number {
  const product = BigInt(amount) * numerator
  const [n, d] = denominator < 0n ? [-product, -denominator] : [product, denominator]
  const rounded = n < 0n ? -((-2n * n + d) / (2n * d)) : (2n * n + d) / (2n * d)
  return Number(rounded)
}

/** A decimal number, as text or as JSON had it, as a fraction: '25.5' is 255 over 10. */
export function fraction(decimal: string | number): [bigint, bigint] {
  const [whole = '0', part = ''] = String(decimal).split('.')
  return [BigInt(whole + part), 10n ** BigInt(part.length)]
}

export function percentOf(amount: number, percent: number): number {
  const [n, d] = fraction(percent)
  return scale(amount, n, d * 100n)
}

/** The tax inside an amount that includes it. */
export function includedPercentOf(amount: number, percent: number): number {
  const [n, d] = fraction(percent)
  return scale(amount, n, d * 100n + n)
}

/** Brings an amount into another currency at `rate` units of `to` for one unit of `from`. */
export function convert(amount: number, from: string, to: string, rate: string): number {
  const [n, d] = fraction(rate)
  const shift = exponentOf(to) - exponentOf(from)
  return shift >= 0 ? scale(amount, n * 10n ** BigInt(shift), d) : scale(amount, n, d * 10n ** BigInt(-shift))
}

/** Shares `total` out by non-negative weights: floors first, left-over units to the largest remainders. */
export function shareOut(total: number, weights: number[]): number[] {
  const sum = weights.reduce((a, b) => a + BigInt(b), 0n)
  if (sum === 0n) return weights.map(() => 0)
  const parts = weights.map((weight, index) => {
    const exact = BigInt(total) * BigInt(weight)
    return { index, share: Number(exact / sum), rest: exact % sum }
  })
  let left = total - parts.reduce((a, part) => a + part.share, 0)
  const byRest = parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  for (const part of byRest) {
    if (left === 0) break
    part.share += 1
    left -= 1
  }
  return parts.map((part) => part.share)
}

export const sum = (amounts: Iterable<number>): number => {
  let total = 0
  for (const amount of amounts) total += amount
  return total
}

/** Amounts below these are not charged but moved to the customer's balance. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const minimums: Record<string, number> = { usd: 50, eur: 50, gbp: 30, jpy: 50, chf: 50, cad: 50, aud: 50 }
export const minimumCharge = (currency: string): number => minimums[currency] ?? 0
