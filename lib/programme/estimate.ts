import { minorUnitExponent, roundHalfUp } from '@/lib/money'
import type { Terms } from './schemas'

export interface PlanPrice {
  amountMinor: bigint
  currency: string
  interval: 'month' | 'year'
}

export interface Estimate {
  currency: string
  /** Of one payment of one customer, before tax. */
  priceMinor: bigint
  discountMinor: bigint
  feeMinor: bigint
  netMinor: bigint
  commissionMinor: bigint
  /** Of all customers; an annual plan is earned month by month. */
  monthMinor: bigint
  /** In their first year, which the terms may cut short. */
  yearMinor: bigint
}

/** Stripe's usual price of a card, since the real fee is known only after a payment: https://stripe.com/pricing */
export const assumedFee = { bps: 290, fixedCents: 30n } as const

/** What so many customers on a plan would earn by these terms, by the arithmetic of a payment (lib/settlement) before tax. */
export function estimate(plan: PlanPrice, customers: number, terms: Terms): Estimate {
  const { amountMinor: priceMinor, currency, interval } = plan
  const discountMinor = discountOf(priceMinor, currency, terms.discount)
  const paidMinor = priceMinor - discountMinor
  const feeMinor = paidMinor > 0n ? feeOf(paidMinor, currency) : 0n
  const netMinor = paidMinor > feeMinor ? paidMinor - feeMinor : 0n
  const commissionMinor = roundHalfUp(netMinor * BigInt(terms.rateBps), 10_000n)
  const all = commissionMinor * BigInt(customers)
  const months = BigInt(Math.min(12, terms.durationMonths ?? 12))
  return {
    currency,
    priceMinor,
    discountMinor,
    feeMinor,
    netMinor,
    commissionMinor,
    monthMinor: interval === 'month' ? all : roundHalfUp(all, 12n),
    yearMinor: interval === 'month' ? all * months : all,
  }
}

function discountOf(priceMinor: bigint, currency: string, discount: Terms['discount']): bigint {
  if (discount.kind === 'percent') return roundHalfUp(priceMinor * BigInt(discount.percentOffBps), 10_000n)
  if (discount.currency !== currency) return 0n
  return discount.amountOffMinor < priceMinor ? discount.amountOffMinor : priceMinor
}

function feeOf(paidMinor: bigint, currency: string): bigint {
  const share = roundHalfUp(paidMinor * BigInt(assumedFee.bps), 10_000n)
  // The fixed part is given in cents; where the currency's units are others it is left out.
  return minorUnitExponent(currency) === 2 ? share + assumedFee.fixedCents : share
}
