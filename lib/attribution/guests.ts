import 'server-only'
import { and, eq, isNull } from 'drizzle-orm'
import { payments, type Querying } from '@/db'
import { loadDirectory } from './directory'
import { loadEvidence } from './load-evidence'
import { attribute, type MatchedBy } from './rules'

/** Somebody who paid without being made a customer at Stripe: their one payment stands alone, and is what they are called by. */
export interface Guest {
  paidAt: Date | null
  affiliateId: string | null
  since: Date | null
  matchedBy: MatchedBy | null
}

/** Null: there is no such payment, or a customer made it. */
export async function findGuest(db: Querying, paymentId: string): Promise<Guest | null> {
  const [payment] = await db
    .select({ paidAt: payments.paidAt })
    .from(payments)
    .where(and(eq(payments.id, paymentId), isNull(payments.customerId)))
  if (!payment) return null
  const pieces = (await loadEvidence(db, [paymentId])).get(paymentId) ?? []
  const found = attribute(pieces, await loadDirectory(db, pieces))
  return {
    paidAt: payment.paidAt,
    affiliateId: found?.affiliateId ?? null,
    since: found === null ? null : new Date(found.since * 1000),
    matchedBy: found?.matchedBy ?? null,
  }
}
