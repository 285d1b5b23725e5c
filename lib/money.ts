// Decimals of a currency in Stripe's API, which is where every amount comes from: https://docs.stripe.com/currencies
// UGX stands in Stripe's zero-decimal list and among its special cases; the special case governs charges: like ISK it
// is written with two decimals that are always 00. HUF and TWD are without decimals in payouts only.
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '))

/** Decimals of a currency's minor unit as Stripe counts it; 2 for a currency never seen. Case does not matter. */
export function minorUnitExponent(currency: string): 0 | 2 | 3 {
  const code = currency.toLowerCase()
  return zeroDecimal.has(code) ? 0 : threeDecimal.has(code) ? 3 : 2
}

/** `-5n` usd is `-0.05`, `5n` jpy is `5`. */
export function decimalString(minor: bigint, currency: string): `${number}` {
  return decimal(minor, minorUnitExponent(currency))
}

/** A whole number with its last `places` digits behind the point. */
export function decimal(value: bigint, places: number): `${number}` {
  const digits = String(absolute(value)).padStart(places + 1, '0')
  const fraction = places === 0 ? '' : `.${digits.slice(-places)}`
  const text = `${value < 0n ? '-' : ''}${digits.slice(0, digits.length - places)}${fraction}`
  return text as `${number}` // a sign, digits and a point only
}

/** The minor units of a decimal such as `27.55`; null if it is no decimal or has more decimals than the currency. */
export function parseDecimal(text: string, currency: string): bigint | null {
  const exponent = minorUnitExponent(currency)
  const parts = /^(-?)(\d{1,30})(?:\.(\d{1,3}))?$/.exec(text.trim())
  const fraction = parts?.[3] ?? ''
  if (!parts || fraction.length > exponent) return null
  const minor = BigInt(`${parts[2] ?? ''}${fraction.padEnd(exponent, '0')}`)
  return parts[1] === '-' ? -minor : minor
}

const formats = new Map<string, Intl.NumberFormat>()

/** An amount as people write it, exact for any size: `formatMoney(2755n, 'usd', 'en')` is `$27.55`. */
export function formatMoney(minor: bigint, currency: string, locale = 'en'): string {
  const decimal = decimalString(minor, currency)
  // What Intl refuses as a currency is still an amount to be shown.
  if (!/^[a-z]{3}$/i.test(currency)) return `${decimal} ${currency.toUpperCase()}`
  const digits = minorUnitExponent(currency)
  const key = `${locale} ${currency}`
  const format =
    formats.get(key) ??
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
  formats.set(key, format)
  return format.format(decimal)
}

/** Basis points for a person: 2000 is `20 %`, 1250 is `12.5 %`. */
export function formatRate(bps: number, locale = 'en'): string {
  const percent = decimal(BigInt(bps), 2).replace(/\.?0+$/, '')
  return `${formatDecimal(percent, locale)} %`
}

/** `12.5` with the point that people write. */
export function formatDecimal(text: string, locale: string): string {
  const point = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')
  return text.replace('.', point?.value ?? '.')
}

/**
 * The nearest whole number to `numerator / denominator`. A half goes away from zero (2.5 to 3, −2.5 to −3), so that what
 * is taken back rounds like what was given. Throws RangeError for a denominator of zero.
 */
export function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (denominator === 0n) throw new RangeError('Nothing can be divided by zero')
  const negative = numerator < 0n !== denominator < 0n
  const rounded = (2n * absolute(numerator) + absolute(denominator)) / (2n * absolute(denominator))
  return negative ? -rounded : rounded
}

/**
 * Splits `total` in proportion to `weights`: everybody's share rounded down, then one unit more to the largest
 * remainders, ties to the earlier. The parts add up to `total`; a negative total is split like a positive one; a weight
 * below zero counts as zero. Throws RangeError if no weight is above zero.
 */
export function apportion(total: bigint, weights: readonly bigint[]): bigint[] {
  const counted = weights.map((weight) => (weight > 0n ? weight : 0n))
  const sum = counted.reduce((all, weight) => all + weight, 0n)
  if (sum === 0n) throw new RangeError('An amount cannot be apportioned where no weight is above zero')
  const amount = absolute(total)
  const parts = counted.map((weight, index) => ({
    index,
    share: (amount * weight) / sum,
    rest: (amount * weight) % sum,
  }))
  let left = parts.reduce((rest, part) => rest - part.share, amount)
  // Array sorting is stable: equal remainders stay in the order of the weights.
  for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? 0 : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break
    part.share += 1n
    left -= 1n
  }
  return parts.map((part) => (total < 0n ? -part.share : part.share))
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** Some versions of Node were made before the last of them. */
const currencies = new Set([...Intl.supportedValuesOf('currency'), 'SLE', 'VED', 'XCG', 'ZWG'])

/** Whether there is such a currency; in small letters, as the books write it. */
export function isCurrency(code: string): boolean {
  return /^[a-z]{3}$/.test(code) && currencies.has(code.toUpperCase())
}
