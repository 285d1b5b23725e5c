import { attributionsOf, type Attribution } from './attribution'
import { addMonthsToSecond, dayOf, daySeconds } from './days'
import { movementsOf } from './earnings'
import type { Affiliate, Cell, Decisions, Sale, Terms, TermsFrom } from './facts'
import { judgementOf, standingOf } from './judgement'
import type { Objects } from './objects'
import { salesOf } from './sales'

export interface Programme {
  affiliates: readonly Affiliate[]
  decisions: Decisions
}

/**
 * What every affiliate has, by account, currency, earned and payable day: sections 1 to 4 of the rules, worked out from
 * Stripe's final objects and what administrators decided, plainly and slowly. Cells that come to nothing are left out.
 */
export function balancesOf(objects: Objects, programme: Programme): Cell[] {
  const { decisions } = programme
  const attributions = attributionsOf(objects, programme.affiliates, decisions)
  const sales = salesOf(objects, decisions.reversals)
  const cells = new Map<string, Cell>()
  const add = (cell: Cell) => {
    const key = [cell.affiliateId, cell.account, cell.currency, cell.earnedOn, cell.payableOn].join(' ')
    cells.set(key, { ...cell, amount: cell.amount + (cells.get(key)?.amount ?? 0n) })
  }
  for (const sale of sales) {
    const attribution = attributions.get(sale.customerId ?? sale.basis.id)
    if (!attribution || !sale.settled) continue
    const terms = termsAt(decisions.terms, attribution.affiliateId, sale.payment.paidAt)
    if (!earns(sale, attribution, terms, sales)) continue
    const { affiliateId } = attribution
    const affiliate = programme.affiliates.find((each) => each.id === affiliateId)
    if (!affiliate || standingOf(sale, affiliateId, decisions) === 'closed') continue
    const judgement = judgementOf(objects, sale, affiliate, decisions)
    if (judgement.void === 'at once') continue
    const account = judgement.isHeld ? 'held' : 'earned'
    const { currency } = sale.settled
    const ends = { endedAt: endOf(objects, sale), voidedAt: judgement.void }
    for (const movement of movementsOf(sale, terms, ends))
      add({ affiliateId, account, currency, ...movement })
  }
  for (const given of decisions.byHand) add({ ...given, account: 'earned' })
  return [...cells.values()].filter((cell) => cell.amount !== 0n)
}

/** The terms in force in that second, each of them: the affiliate's latest own, else their group's, else the programme's. */
function termsAt(all: readonly TermsFrom[], affiliateId: string, second: number): Terms {
  const inForce = all.filter((each) => each.from <= second).toSorted((a, b) => a.from - b.from)
  const of = (owner: string | null): TermsFrom['values'] => {
    const latest = Object.assign(
      {},
      ...inForce.filter((each) => each.of === owner).map((each) => each.values),
    )
    return Object.fromEntries(Object.entries(latest).filter(([, value]) => value !== undefined))
  }
  const { group, ...own } = of(affiliateId)
  // The programme's own terms are whole, which is why what is put together from them is.
  return { ...of(null), ...(group !== undefined && of(group)), ...own } as Terms
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
