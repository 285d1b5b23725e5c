import { addMonths, dayOf, startOfDay } from '@/lib/calendar'
import type { Instant } from '@/lib/calendar'
import type { BasisFact, CommissionFacts } from '@/lib/settlement/facts'
import type { EarningLines } from '@/lib/settlement/net'

/**
 * Why a payment of an attributed customer earns nothing whatever it was for, in a sentence; null if it may earn. The
 * first reason found is the one that is told.
 */
export function whyNotEarning(facts: CommissionFacts, since: Instant): string | null {
  const { payment, share, terms, affiliateClosedAt } = facts
  if (payment.amountMinor <= 0n) return 'Nothing was paid, so nothing is earned.'
  if (share.paidMinor <= 0n || share.ofMinor <= 0n)
    return 'Nothing of the payment was paid on this, so it earns nothing.'
  const paidOn = dayOf(payment.paidAt)
  if (payment.paidAt < since)
    return `Paid on ${paidOn}, before the customer's attribution began on ${dayOf(since)}.`
  if (terms.durationMonths !== null) {
    const endsAt = monthsLater(since, terms.durationMonths)
    if (payment.paidAt >= endsAt) {
      return `Payments earn for ${terms.durationMonths} months; for this customer that ended on ${dayOf(endsAt)}.`
    }
  }
  if (paidOn < terms.earnsFrom) return `Paid on ${paidOn}; the programme earns from ${terms.earnsFrom} on.`
  if (affiliateClosedAt !== null && payment.paidAt > affiliateClosedAt) {
    return `The affiliate was closed on ${dayOf(affiliateClosedAt)}, before this payment.`
  }
  if (payment.offStripe && terms.offStripe === 'ignore')
    return 'Payments outside Stripe earn nothing by the terms.'
  if (facts.customerPaidBeforeEvidence && terms.existingCustomers === 'ignore') {
    return 'The customer had paid before the code came, and such customers earn nothing by the terms.'
  }
  if (terms.rateBps <= 0) return 'The rate is zero.'
  return null
}

/** Why there is nothing on the invoice or session that could earn, whatever the fee; null if there is. */
export function whyNothingToEarn(basis: BasisFact, earning: EarningLines): string | null {
  const what = basis.kind
  if (basis.totalMinor <= 0n) return `The ${what}'s total is not above zero, so nothing is earned.`
  if (basis.totalExcludingTaxMinor <= 0n)
    return `Without tax the ${what}'s total is not above zero, so nothing is earned.`
  if (earning.lines.length === 0) return `No line of the ${what} is for a product that earns.`
  if (earning.netMinor <= 0n) return `The ${what}'s lines that may earn do not add up to more than zero.`
  return null
}

/** The same time of day, `months` after the day of `since`. */
function monthsLater(since: Instant, months: number): Instant {
  const day = dayOf(since)
  return startOfDay(addMonths(day, months)) + (since - startOfDay(day))
}
