import type { Affiliate, Decisions, Sale, Verdict } from './facts'
import type { Objects } from './objects'
import { chargeOf } from './sales'

/** What becomes of a payment that earns. `void`: from which second; a rule's takes all on the days on which it was given. */
export type Judgement = { void: number | 'at once' | null; isHeld: boolean }

/** Section 6 where a person spoke, the own address and the early fraud warning; section 2 for an affiliate who was suspended. */
export function judgementOf(
  objects: Objects,
  sale: Sale,
  affiliate: Affiliate,
  decisions: Decisions,
): Judgement {
  const isSuspended = standingOf(sale, affiliate.id, decisions) === 'suspended'
  const verdict = verdictOn(sale, decisions)
  if (verdict?.decision === 'void') return { void: verdict.at, isHeld: isSuspended }
  if (verdict !== null) return { void: null, isHeld: isSuspended || verdict.decision === 'hold' }
  if (isOwnPurchase(objects, sale, affiliate)) return { void: 'at once', isHeld: false }
  const charge = chargeOf(objects, sale.paymentId)
  const isWarned = objects['radar.early_fraud_warning'].some((each) => each.charge === charge?.id)
  return { void: null, isHeld: isSuspended || isWarned }
}

/**
 * How the affiliate stood when the payment was made, for the payment: what was paid to a suspended one is free once they were
 * active again.
 */
export function standingOf(
  sale: Sale,
  affiliateId: string,
  { standings }: Decisions,
): 'active' | 'suspended' | 'closed' {
  const own = standings.filter((each) => each.affiliateId === affiliateId)
  const before = own.filter((each) => each.at < sale.payment.paidAt).at(-1)?.status ?? 'active'
  const after = own.filter((each) => each.at >= sale.payment.paidAt)
  if (before === 'suspended' && after.some((each) => each.status === 'active')) return 'active'
  return before
}

/** Of the last words on the payment and on its customer, where they were not lifted, the later. */
function verdictOn(sale: Sale, { verdicts }: Decisions): { decision: Verdict; at: number } | null {
  const last = (of: 'payment' | 'customer', id: string | null) =>
    verdicts.findLastIndex((each) => each.of === of && each.id === id)
  const words = [last('payment', sale.paymentId), last('customer', sale.customerId)].sort((a, b) => b - a)
  for (const at of words) {
    const word = verdicts[at]
    if (word && word.decision !== 'lift') return { decision: word.decision, at: word.at }
  }
  return null
}

/** The customer's address, wherever they left it, is the affiliate's; case does not matter. */
function isOwnPurchase(objects: Objects, sale: Sale, affiliate: Affiliate): boolean {
  const { customerId } = sale
  const charge = chargeOf(objects, sale.paymentId)
  const told = objects.event.flatMap(({ type, data: { object } }) =>
    /^customer\.(created|updated)$/.test(type) &&
    'email' in object &&
    'id' in object &&
    object.id === customerId
      ? [object.email]
      : [],
  )
  const sessions = objects['checkout.session']
    .filter((each) => each.id === sale.basis.id || (each.customer !== null && each.customer === customerId))
    .map((each) => each.customer_details?.email)
  return [charge?.billing_details.email, ...told, ...sessions].some(
    (email) => typeof email === 'string' && email.toLowerCase() === affiliate.email.toLowerCase(),
  )
}
