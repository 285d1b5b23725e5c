import type { Attribution } from '@/lib/attribution/rules'
import { disputedMinor } from '@/lib/settlement/takings'
import type { BasisFact, CommissionFacts, ReversalFact, SettlementFact } from '@/lib/settlement/facts'
import type { Bodies } from './facts'
import { movedNothing } from './facts/refund'
import type { Sights } from './facts/merge'
import { offStripeReversals } from './off-stripe'

/** What a payment is, apart from what it paid for. */
export interface AssembledPayment {
  id: string
  customerId: string | null
  currency: string
  amountMinor: bigint
  /** Epoch seconds. */
  paidAt: number
  offStripe: boolean
  settlement: SettlementFact | null
  reversals: ReversalFact[]
  /** What it paid on; empty: not known yet. */
  bases: { invoiceId: string | null; share: CommissionFacts['share']; basis: BasisFact | null }[]
}

/**
 * One payment from the sights of all objects that have to do with it. Null: it has not succeeded, as far as is known. Pure.
 * @param sights of the payment's charges, balance transactions, invoice payments, refunds, disputes and session, and of its invoices
 */
export function assemblePayment(paymentId: string, sights: Sights): AssembledPayment | null {
  const charge = succeededCharge(paymentId, sights)
  const paid = sights
    .all('invoice_payment')
    .filter((seen) => seen.paymentId === paymentId && seen.body.status === 'paid')
  const first = paid[0]
  if (charge === null && first === undefined) return null
  const offStripe = charge === null && paid.every((seen) => seen.body.offStripe)
  const session = sights
    .all('checkout_session')
    .find((seen) => seen.paymentId === paymentId && seen.body.complete)
  const invoices = paid.map((seen) =>
    seen.invoiceId === null ? null : sights.find('invoice', seen.invoiceId),
  )
  const amountMinor = BigInt(charge?.amount ?? paid.reduce((sum, seen) => sum + seen.body.amountPaid, 0))
  const settlement = settlementOf(charge, sights)
  return {
    id: paymentId,
    // Who bought is in the session: a guest's payment stands alone, also where the shop makes them a customer afterwards.
    customerId: session
      ? session.body.customerId
      : (charge?.customerId ?? invoices.find((each) => each)?.customerId ?? null),
    currency: charge?.currency ?? first?.body.currency ?? '',
    amountMinor,
    paidAt: paidAt(
      charge,
      paid.map((seen) => seen.body),
    ),
    offStripe,
    settlement,
    reversals: offStripe
      ? offStripeReversals(paymentId, [...new Set(paid.flatMap((seen) => seen.invoiceId ?? []))], sights)
      : reversalsOf({ id: paymentId, charge, amountMinor, settlement }, sights),
    bases: basesOf(paid, session, sights),
  }
}

export function succeededCharge(paymentId: string, sights: Sights): Bodies['charge'] | null {
  const charges = sights
    .all('charge')
    .filter((seen) => seen.paymentId === paymentId && seen.body.status === 'succeeded')
  return charges[0]?.body ?? null
}

/** An invoice payment says when it was paid; a charge of a delayed method was made days before. */
function paidAt(charge: Bodies['charge'] | null, paid: Bodies['invoice_payment'][]): number {
  const times = paid.flatMap((body) => (body.paidAt === null ? [] : [body.paidAt]))
  return times.length > 0 ? Math.min(...times) : (charge?.createdAt ?? 0)
}

function settlementOf(charge: Bodies['charge'] | null, sights: Sights): SettlementFact | null {
  const id = charge?.balanceTransactionId ?? null
  const transaction = id === null ? null : sights.find('balance_transaction', id)
  if (transaction === null) return null
  return {
    currency: transaction.currency,
    grossMinor: BigInt(transaction.amount),
    feeMinor: BigInt(transaction.fee),
    balanceTransactionId: id,
  }
}

/** What disputes and refunds are measured against. */
interface Reversible {
  id: string
  charge: Bodies['charge'] | null
  amountMinor: bigint
  settlement: SettlementFact | null
}

function reversalsOf(payment: Reversible, sights: Sights): ReversalFact[] {
  const refunds = sights
    .all('refund')
    .filter(
      (seen) =>
        seen.paymentId === payment.id &&
        seen.body.status !== 'failed' &&
        seen.body.status !== 'canceled' &&
        !isRelease(seen.body, payment.charge),
    )
    .map(({ objectId, body }): ReversalFact => {
      return { id: objectId, kind: 'refund', amountMinor: BigInt(body.amount), at: body.createdAt }
    })
  const disputes = sights
    .all('dispute')
    .filter((seen) => seen.paymentId === payment.id)
    .flatMap(({ objectId, body }) => disputeReversal(objectId, body, payment))
  return [...refunds, ...disputes]
}

/** What was authorised and never captured was no money of the payment's. */
function isRelease(refund: Bodies['refund'], charge: Bodies['charge'] | null): boolean {
  return movedNothing(refund) && refund.amount === charge?.releasedMinor
}

/** It counts from the first withdrawal while it is lost, or neither won nor given back. */
function disputeReversal(
  id: string,
  dispute: Bodies['dispute'],
  { charge, amountMinor, settlement }: Reversible,
): ReversalFact[] {
  const withdrawal = dispute.movements.find((movement) => movement.amount < 0)
  if (withdrawal === undefined || dispute.status === 'won') return []
  const givenBack = dispute.movements.some((movement) => movement.amount > 0)
  if (dispute.status !== 'lost' && givenBack) return []
  const same = dispute.currency === charge?.currency || settlement === null || settlement.grossMinor <= 0n
  const withdrawn = BigInt(-withdrawal.amount)
  const counted = same ? BigInt(dispute.amount) : disputedMinor(amountMinor, withdrawn, settlement.grossMinor)
  return [{ id, kind: 'dispute', amountMinor: counted, at: withdrawal.createdAt }]
}

function basesOf(
  paid: ReturnType<typeof paidOf>,
  session: { objectId: string; body: Bodies['checkout_session'] } | undefined,
  sights: Sights,
): AssembledPayment['bases'] {
  if (paid.length > 0) {
    const ofMinor = BigInt(paid.reduce((sum, seen) => sum + seen.body.amountPaid, 0))
    return paid.map(({ body, invoiceId }) => {
      const invoice = invoiceId === null ? null : sights.find('invoice', invoiceId)
      const share = { paidMinor: BigInt(body.amountPaid), ofMinor }
      return {
        invoiceId,
        share,
        basis: invoiceId && invoice?.linesComplete ? invoiceBasis(invoiceId, invoice) : null,
      }
    })
  }
  // With invoice_creation the invoice is what was bought, and its payment names it.
  if (session === undefined || session.body.invoiceId !== null) return []
  return [
    {
      invoiceId: null,
      share: { paidMinor: 1n, ofMinor: 1n },
      basis: sessionBasis(session.objectId, session.body),
    },
  ]
}

const paidOf = (sights: Sights) => sights.all('invoice_payment')

function invoiceBasis(id: string, invoice: Bodies['invoice']): BasisFact {
  return {
    kind: 'invoice',
    id,
    subscriptionId: invoice.subscriptionId,
    totalMinor: BigInt(invoice.total),
    totalExcludingTaxMinor: BigInt(invoice.totalExcludingTax),
    subtotalMinor: BigInt(invoice.subtotal),
    discountMinor: BigInt(invoice.discount),
    taxMinor: BigInt(invoice.tax),
    lines: invoice.lines.map((line) => ({
      id: line.id,
      netMinor: BigInt(line.amount) - BigInt(line.discount) - BigInt(line.inclusiveTax),
      periodStart: line.periodStart,
      periodEnd: line.periodEnd,
      productId: line.productId,
      description: line.description,
    })),
  }
}

/**
 * What was bought without tax and without shipping, which is no line and earns nothing: one line, of no product as long as the
 * session's own lines were not read.
 */
function sessionBasis(id: string, session: Bodies['checkout_session']): BasisFact {
  const withoutTax = BigInt(session.total) - BigInt(session.tax)
  return {
    kind: 'session',
    id,
    subscriptionId: null,
    totalMinor: BigInt(session.total),
    totalExcludingTaxMinor: withoutTax,
    subtotalMinor: BigInt(session.subtotal),
    discountMinor: BigInt(session.discount),
    taxMinor: BigInt(session.tax),
    lines: (
      session.lines ?? [{ id, net: session.total - session.tax - session.shipping, ...ofNoProduct }]
    ).map(({ net, ...line }) => ({ ...line, netMinor: BigInt(net), periodStart: null, periodEnd: null })),
  }
}

const ofNoProduct = { productId: null, description: null }

/** Where only some products earn, a session tells nothing until its lines were read. */
function isTold(basis: BasisFact | null, { products }: CommissionFacts['terms'], sights: Sights): boolean {
  if (basis?.kind !== 'session' || products === null) return true
  return sights.find('checkout_session', basis.id)?.lines !== undefined
}

/** When the subscription that the basis bills ended for good: not where the customer had another one within a day. */
export function subscriptionEnd(subscriptionId: string | null, sights: Sights): number | null {
  const ended = subscriptionId === null ? null : sights.find('subscription', subscriptionId)
  if (ended?.endedAt == null) return null
  const { endedAt, customerId } = ended
  const replaced = sights
    .all('subscription')
    .some(
      ({ objectId, body }) =>
        objectId !== subscriptionId &&
        body.customerId === customerId &&
        Math.abs(body.createdAt - endedAt) <= 86_400,
    )
  return replaced ? null : endedAt
}

/** What the pure core is given for each basis of a payment; a payment whose basis is not known yet has one without. */
export function commissionFacts(
  payment: AssembledPayment,
  sights: Sights,
  context: {
    attribution: Attribution | null
    terms: CommissionFacts['terms']
    customerPaidBeforeEvidence: boolean
    affiliateClosedAt: number | null
    verdicts: CommissionFacts['verdicts']
    hold: CommissionFacts['hold']
  },
): { basisId: string; invoiceId: string | null; facts: CommissionFacts }[] {
  const { id, currency, amountMinor, paidAt, offStripe, customerId, settlement, reversals } = payment
  const { attribution } = context
  const shared: Omit<CommissionFacts, 'share' | 'basis' | 'subscriptionEndedAt'> = {
    payment: { id, currency, amountMinor, paidAt, offStripe, customerId },
    settlement,
    attribution: attribution && {
      affiliateId: attribution.affiliateId,
      since: attribution.since,
      matchedBy: attribution.matchedBy,
    },
    terms: context.terms,
    customerPaidBeforeEvidence: context.customerPaidBeforeEvidence,
    affiliateClosedAt: context.affiliateClosedAt,
    reversals,
    verdicts: context.verdicts,
    hold: context.hold,
  }
  const bases =
    payment.bases.length > 0
      ? payment.bases
      : [{ invoiceId: null, basis: null, share: { paidMinor: 1n, ofMinor: 1n } }]
  return bases.map(({ invoiceId, basis, share }) => ({
    basisId: basis?.id ?? invoiceId ?? id,
    invoiceId,
    facts: {
      ...shared,
      share,
      basis: isTold(basis, context.terms, sights) ? basis : null,
      subscriptionEndedAt: subscriptionEnd(basis?.subscriptionId ?? null, sights),
    },
  }))
}
