import { attributionsOf, type Attribution } from './attribution'
import { addMonthsToSecond, dayOf, daySeconds } from './days'
import { movementsOf } from './earnings'
import type { Affiliate, Cell, Sale, Terms, TermsFrom } from './facts'
import type { Objects } from './objects'
import { salesOf } from './sales'

export interface Programme {
  affiliates: readonly Affiliate[]
  /** In the order in which they were recorded. */
  terms: readonly TermsFrom[]
}

/**
 * What every affiliate has, by account, currency, earned and payable day: sections 1 to 4 of the rules, worked out from
 * Stripe's final objects alone, plainly and slowly. Cells that come to nothing are left out.
 */
export function balancesOf(objects: Objects, programme: Programme): Cell[] {
  const attributions = attributionsOf(objects, programme.affiliates)
  const sales = salesOf(objects)
  const cells = new Map<string, Cell>()
  for (const sale of sales) {
    const attribution = attributions.get(sale.customerId ?? sale.basis.id)
    if (!attribution || !sale.settled) continue
    const terms = termsAt(programme, attribution.affiliateId, sale.payment.paidAt)
    if (!earns(sale, attribution, terms, sales)) continue
    const { affiliateId } = attribution
    const { currency } = sale.settled
    for (const { earnedOn, payableOn, amount } of movementsOf(sale, terms, endOf(objects, sale))) {
      const key = [affiliateId, currency, earnedOn, payableOn].join(' ')
      const before = cells.get(key)?.amount ?? 0n
      cells.set(key, {
        affiliateId,
        account: 'earned',
        currency,
        earnedOn,
        payableOn,
        amount: before + amount,
      })
    }
  }
  return [...cells.values()].filter((cell) => cell.amount !== 0n)
}

/** The terms in force in that second: the programme's latest, and over them the affiliate's latest own. */
function termsAt(programme: Programme, affiliateId: string, second: number): Terms {
  const latest = (of: string | null): Partial<Terms> => {
    let found: TermsFrom | null = null
    for (const each of programme.terms) {
      if (each.affiliateId !== of || each.from > second) continue
      if (found === null || each.from >= found.from) found = each
    }
    return found?.values ?? {}
  }
  // The programme's own terms are whole, which is why what is put together from them is.
  return { ...latest(null), ...latest(affiliateId) } as Terms
}

function earns(sale: Sale, { since }: Attribution, terms: Terms, sales: readonly Sale[]): boolean {
  const { paidAt, isOffStripe } = sale.payment
  if (paidAt < since) return false
  if (terms.durationMonths !== null && paidAt >= addMonthsToSecond(since, terms.durationMonths)) return false
  if (dayOf(paidAt) < terms.earnsFrom) return false
  if (isOffStripe && terms.offStripe === 'ignore') return false
  const hadPaid = sales.some(
    (other) =>
      sale.customerId !== null && other.customerId === sale.customerId && other.payment.paidAt < since,
  )
  return !(hadPaid && terms.existingCustomers === 'ignore')
}

/** When the subscription of a sale ended; null while it lives or where the customer replaced it within a day. */
function endOf(objects: Objects, sale: Sale): number | null {
  const ended = objects.subscription.find((each) => each.id === sale.basis.subscriptionId)
  if (!ended || ended.ended_at === null) return null
  const endedAt = ended.ended_at
  const isReplaced = objects.subscription.some(
    (other) =>
      other.id !== ended.id &&
      other.customer === ended.customer &&
      Math.abs(other.created - endedAt) <= daySeconds,
  )
  return isReplaced ? null : endedAt
}
