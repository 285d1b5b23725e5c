import type { Transaction } from '@/db'
import { loadDirectory } from '@/lib/attribution/directory'
import { addLooseEnds } from '@/lib/attribution/loose-ends'
import { isHouse, resolveEvidence } from '@/lib/attribution/rules'
import { attributeCustomers } from '@/lib/attribution/attribute-customers'
import type { Attribution } from '@/lib/attribution/rules'
import { enqueueNews } from '@/lib/mail/enqueue-news'
import { markCustomers } from '@/lib/anomalies/review-neighbours'
import { lockForSettling } from '@/lib/ledger/decision-lock'
import { newlyAddressed } from './decisions'
import { clearWaiting } from './clear-waiting'
import { evidenceOf, knownFrom, type Known, type NewEvidence } from './evidence'
import { insertEvidence, insertFacts, loadObjects } from './fact-store'
import type { Bodies, Fact } from './facts'
import { waitForPayments } from './keep-waits'
import { inLockOrder, lockCustomers, lockInvoices, lockPayments } from './locks'
import { projectAddresses, projectInvoices, projectSubscriptions } from './project'
import { projectCodes } from './project-codes'
import { settlePayments, type Settled } from './settle-payments'
import {
  customersOf,
  invoicesOfEnded,
  namedBy,
  paymentsOfCustomers,
  paymentsOfInvoices,
  type Touched,
} from './touched'

export interface SettledFacts {
  answers: Settled[]
  /** Discounts that belong to nobody. */
  unmatched: NewEvidence[]
  /** Signs of a code that is the house's own. */
  house: NewEvidence[]
  /** Paid invoices of which no payment is known yet. */
  lonelyInvoices: string[]
}

export interface SettleClock {
  /** The programme's time. */
  recordedAt: Date
  wallNow: Date
}

/**
 * Takes facts into the books, in one transaction of the caller's: locks what they are about, keeps them, attributes, settles every
 * payment that they change and writes the difference. The one path for events, for what Stripe was asked, and for decisions.
 * @param again payments and customers to settle anew although no fact names them
 */
export async function settleFacts(
  tx: Transaction,
  facts: readonly Fact[],
  clock: SettleClock,
  again: Partial<Touched> = {},
): Promise<SettledFacts> {
  await lockForSettling(tx)
  const named = namedBy(facts)
  await lockInvoices(tx, named.invoiceIds)
  const customerIds = inLockOrder([
    ...named.customerIds,
    ...(again.customerIds ?? []),
    ...(await customersOf(tx, named)),
  ])
  await lockCustomers(tx, customerIds, clock.recordedAt)

  await insertFacts(tx, facts, clock.recordedAt)
  const known = await whatIsKnown(tx, facts)
  const evidence = facts.flatMap((fact) => evidenceOf(asSeen(fact), known))
  await insertEvidence(tx, evidence, clock.recordedAt)
  await projectInvoices(tx, facts)
  await projectSubscriptions(tx, facts)
  await projectAddresses(tx, facts)
  await projectCodes(tx, facts, clock.wallNow)

  const { attributions, moved } = await attributeCustomers(tx, customerIds)
  const addressed = await newlyAddressed(tx, facts)
  await markCustomers(tx, [...addressed, ...moved])
  const toSettle = inLockOrder([
    ...named.paymentIds,
    ...(again.paymentIds ?? []),
    ...(await paymentsOfInvoices(tx, [...named.invoiceIds, ...(await invoicesOfEnded(tx, facts))])),
    ...(await paymentsOfCustomers(tx, [...moved, ...addressed, ...(again.customerIds ?? [])])),
  ])
  await lockPayments(tx, toSettle)
  const answers = await settlePayments(tx, toSettle, { attributions, ...clock })
  await clearWaiting(tx, answers)
  const lonelyInvoices = await waitForPayments(tx, named.invoiceIds)
  const directory = await loadDirectory(tx, evidence)
  const nameless = evidence.filter((piece) => resolveEvidence(piece, directory) === null)
  const house = nameless.filter((piece) => isHouse(piece, directory))
  // Metadata and references that name nobody are the shop's own affair, not a code that waits for a decision.
  const unmatched = nameless.filter((piece) => piece.kind !== 'metadata' && !isHouse(piece, directory))
  const ofGuests = unmatched.filter(({ subjectId }) => !attributions.has(subjectId))
  await addLooseEnds(
    tx,
    ofGuests.map(({ subjectId }) => ({ subjectId, kind: 'unmatched' as const })),
  )
  await enqueueNews(tx, newsOf(moved, attributions, answers), clock.recordedAt)
  return { answers, unmatched, house, lonelyInvoices }
}

function newsOf(
  moved: readonly string[],
  attributions: ReadonlyMap<string, Attribution | null>,
  answers: readonly Settled[],
): Parameters<typeof enqueueNews>[1] {
  return {
    customers: moved.flatMap((customerId) => {
      const found = attributions.get(customerId)
      if (!found) return []
      return [{ customerId, affiliateId: found.affiliateId, since: new Date(found.since * 1000) }]
    }),
    settled: answers.flatMap(({ paymentId, payment, commission }) => {
      const { affiliateId, status, currency, commissionMinor, reversals } = commission
      if (affiliateId === null) return []
      const paidAt = new Date(payment.paidAt * 1000)
      return [{ paymentId, affiliateId, status, currency, commissionMinor, reversals, paidAt }]
    }),
  }
}

/** Stored bodies are what their kinds wrote. */
function asSeen(fact: Fact): Parameters<typeof evidenceOf>[0] {
  return { ...fact, paymentId: fact.paymentId ?? null } as Parameters<typeof evidenceOf>[0]
}

async function whatIsKnown(tx: Transaction, facts: readonly Fact[]): Promise<Known> {
  const ids = facts.flatMap((fact) => {
    switch (fact.kind) {
      case 'invoice':
        return (fact.body as Bodies['invoice']).discountIds // written by its kind
      case 'subscription': {
        const body = fact.body as Bodies['subscription'] // written by its kind
        return [...body.discountIds, ...body.items.flatMap((item) => item.discountIds)]
      }
      case 'checkout_session': {
        const { discounts } = fact.body as Bodies['checkout_session'] // written by its kind
        return discounts.flatMap((discount) => discount.promotionCodeId ?? discount.couponId ?? [])
      }
      default:
        return []
    }
  })
  const named = await loadObjects(tx, ['discount', 'promotion_code', 'coupon'], ids)
  const behind = [...named.all('promotion_code'), ...named.all('discount')]
  const couponIds = behind.flatMap(({ body }) => body.couponId ?? [])
  return knownFrom(named.with(await loadObjects(tx, ['coupon'], couponIds)))
}
