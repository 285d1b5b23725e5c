/** An exact fraction; the denominator is above zero. */
export interface Fraction {
  over: bigint
  under: bigint
}

export function fraction(over: bigint | number, under: bigint | number = 1n): Fraction {
  const [a, b] = [BigInt(over), BigInt(under)]
  if (b === 0n) throw new RangeError('Nothing can be divided by zero')
  return b < 0n ? { over: -a, under: -b } : { over: a, under: b }
}

export const zero = fraction(0n)

export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under + b.over * a.under, a.under * b.under)

export const minus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under - b.over * a.under, a.under * b.under)

export const times = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under)

export const dividedBy = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under, a.under * b.over)

export const isPositive = (a: Fraction): boolean => a.over > 0n

export const isLess = (a: Fraction, b: Fraction): boolean => a.over * b.under < b.over * a.under

export const smaller = (a: Fraction, b: Fraction): Fraction => (isLess(b, a) ? b : a)

/** The whole part, downwards. */
export function floor(a: Fraction): bigint {
  const whole = a.over / a.under
  return a.over < 0n && whole * a.under !== a.over ? whole - 1n : whole
}

export const roundHalfUp = (a: Fraction): bigint => floor(plus(a, fraction(1n, 2n)))
