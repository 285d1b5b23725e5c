import { and, eq, sql } from 'drizzle-orm'
import { facts as factRows, type Transaction } from '@/db'
import type { Decision } from '@/lib/anomalies/decide'
import { decidePayments } from '@/lib/anomalies/decide-payments'
import type { Attribution } from '@/lib/attribution/rules'
import { termsAt, type TermsVersion } from '@/lib/programme/terms'
import { succeededCharge, type AssembledPayment } from './assemble'
import type { Fact } from './facts'
import type { Sights } from './facts/merge'
import { inLockOrder } from './locks'
import { among } from '@/lib/rows'

/** What becomes of payments by verdicts and rules; the caller holds their locks. */
export async function decisionsOn(
  tx: Transaction,
  payments: readonly AssembledPayment[],
  context: {
    sights: Sights
    attributions: ReadonlyMap<string, Attribution | null>
    /** When each customer first paid anything. */
    firstPaid: ReadonlyMap<string, number>
    terms: readonly TermsVersion[]
    recordedAt: Date
  },
): Promise<Map<string, Decision>> {
  const { attributions, firstPaid, terms } = context
  const toDecide = payments.map((payment) => {
    const { id: paymentId, customerId, paidAt, reversals } = payment
    const attribution = attributions.get(paymentId) ?? null
    const first = firstPaid.get(customerId ?? '')
    return {
      paymentId,
      customerId,
      paidAt,
      ...seenOn(paymentId, context.sights),
      returnedAt: reversals.length === 0 ? null : Math.min(...reversals.map(({ at }) => at)),
      affiliateId: attribution !== null && paidAt >= attribution.since ? attribution.affiliateId : null,
      paidBeforeCode: attribution !== null && first !== undefined && first < attribution.since,
      anomalies: termsAt(terms, null, paidAt).anomalies,
    }
  })
  return decidePayments(tx, toDecide, context.recordedAt)
}

function seenOn(paymentId: string, sights: Sights) {
  const charge = succeededCharge(paymentId, sights)
  const sessions = sights.all('checkout_session').filter((seen) => seen.paymentId === paymentId)
  const warnings = sights
    .all('early_fraud_warning')
    .filter((seen) => seen.paymentId === paymentId)
    .sort((a, b) => a.body.createdAt - b.body.createdAt)
  const [warning] = warnings
  const emails = [charge?.email, ...sessions.map(({ body }) => body.email)]
  return {
    cardFingerprint: charge?.cardFingerprint ?? null,
    payerDigest: charge?.payerDigest ?? null,
    emails: emails.filter((email) => email != null),
    earlyFraudWarning: warning ? { at: warning.body.createdAt, fraudType: warning.body.fraudType } : null,
  }
}

/** Customers of whose address these facts, kept by now, are the first word or not the only one: their payments are judged anew. */
export async function newlyAddressed(tx: Transaction, facts: readonly Fact[]): Promise<string[]> {
  const seen = facts.filter((fact) => fact.kind === 'customer')
  const ids = inLockOrder(seen.map((fact) => fact.objectId))
  if (ids.length === 0) return []
  const rows = await tx
    .select({
      id: factRows.objectId,
      sights: sql<number>`count(*)::int`,
      addresses: sql<number>`count(distinct ${factRows.body}->'email'->>'digest')::int`,
    })
    .from(factRows)
    .where(and(eq(factRows.kind, 'customer'), among(factRows.objectId, ids)))
    .groupBy(factRows.objectId)
  const now = (id: string) => seen.filter((fact) => fact.objectId === id).length
  return rows
    .filter(({ id, sights, addresses }) => addresses > 1 || (addresses === 1 && sights <= now(id)))
    .map(({ id }) => id)
}
