import { roundHalfUp } from '@/lib/money'
import type { BasisFact, CommissionFacts, LineFact, SettlementFact, TermsFact } from '@/lib/settlement/facts'

/** An exact fraction; the denominator is above zero. */
export interface Ratio {
  numerator: bigint
  denominator: bigint
}

export interface EarningLines {
  lines: LineFact[]
  /** E of the formula: the sum of their nets. */
  netMinor: bigint
}

/** The lines whose product earns by the terms, by id. */
export function earningLinesOf(basis: BasisFact, terms: TermsFact): EarningLines {
  const { products } = terms
  const lines = basis.lines
    .filter(({ productId }) => products === null || (productId !== null && products.includes(productId)))
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  return { lines, netMinor: lines.reduce((sum, line) => sum + line.netMinor, 0n) }
}

/**
 * What was settled: the balance transaction, or the cash itself where it came outside Stripe, which costs no fee. Null
 * as long as Stripe has not said.
 */
export function settlementOf({ payment, settlement }: CommissionFacts): SettlementFact | null {
  if (!payment.offStripe) return settlement
  const { currency, amountMinor: grossMinor } = payment
  return { currency, grossMinor, feeMinor: 0n, balanceTransactionId: null }
}

/** The part of the payment that was paid on this basis; never more than the whole. */
export function shareOf({ share }: CommissionFacts): Ratio {
  const { paidMinor, ofMinor } = share
  return { numerator: paidMinor < ofMinor ? paidMinor : ofMinor, denominator: ofMinor }
}

/**
 * net = share × (a × X/T − f) × E/X, exactly. T, X and the share must be above zero. Below zero where the fee is more
 * than what was settled.
 */
export function netOf(
  share: Ratio,
  settlement: SettlementFact,
  basis: BasisFact,
  earningMinor: bigint,
): Ratio {
  const { totalMinor: total, totalExcludingTaxMinor: withoutTax } = basis
  const afterFee = settlement.grossMinor * withoutTax - settlement.feeMinor * total
  return {
    numerator: share.numerator * afterFee * earningMinor,
    denominator: share.denominator * total * withoutTax,
  }
}

/** The rate of a net, exactly. */
export function rateOf(net: Ratio, rateBps: number): Ratio {
  return { numerator: net.numerator * BigInt(rateBps), denominator: net.denominator * 10_000n }
}

/** Rounded half up to the minor unit, never below zero. */
export function commissionOf({ numerator, denominator }: Ratio): bigint {
  return numerator > 0n ? roundHalfUp(numerator, denominator) : 0n
}
