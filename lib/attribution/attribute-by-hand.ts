import 'server-only'
import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { affiliates, customers, database, evidence, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { startOfDay, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { attributeCustomers } from './attribute-customers'
import { findGuest } from './guests'
import { evidenceRanks } from './rules'

export interface AttributeByHand {
  /** Stripe's customer, or the payment of a guest. */
  customerId: string
  affiliateId: string
  reason: string
  /** From which day; absent: from the customer's first payment. */
  since?: Day | undefined
  /** How it stood when it was looked at (`Attribution.standing`): another's word is not overruled unseen. */
  seen?: string | undefined
}

export function standingOf(buyer: { affiliateId: string | null; since: Date | null } | undefined): string {
  return `${buyer?.affiliateId ?? ''}/${buyer?.since?.toISOString() ?? ''}`
}

/**
 * An administrator's word to whom a customer belongs, or a guest's one payment: beats all other evidence, and the last one given beats
 * those before. Every payment of theirs is settled anew in the background.
 * @throws TributaryError not_found (no such customer or affiliate), each with its field; conflict where it changed since it was seen
 */
export async function attributeByHand(
  actor: Actor,
  input: AttributeByHand,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { customerId, affiliateId, reason, since } = input
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    const now = await programmeNow(tx)
    const buyer = await lockBuyer(tx, customerId)
    if (input.seen !== undefined && input.seen !== standingOf(buyer))
      throw new TributaryError(
        'conflict',
        'Whose customer this is has changed since this page was opened. Look at it again.',
      )
    const [affiliate] = await tx
      .select({ id: affiliates.id })
      .from(affiliates)
      .where(eq(affiliates.id, affiliateId))
    if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliateId')
    const at = since === undefined ? (buyer.firstPaidAt ?? now) : new Date(startOfDay(since) * 1000)
    const sourceId = newId('dec')
    const digest = createHash('sha256')
      .update(JSON.stringify([sourceId, affiliateId, reason]))
      .digest('base64url')
    const kind = 'administrator'
    const decision = {
      subjectId: customerId,
      kind,
      rank: evidenceRanks[kind],
      at,
      sourceId,
      reason,
      digest,
    } as const
    await tx.insert(evidence).values({ ...decision, namedAffiliateId: affiliateId, recordedAt: now })
    if (buyer.kind === 'customer') await attributeCustomers(tx, [customerId])
    await enqueueSettlement(tx, [
      { subjectId: customerId, kind: buyer.kind, reason: `attributed by hand (${sourceId})` },
    ])
    const before = { affiliateId: buyer.affiliateId, since: buyer.since }
    const after = { affiliateId, since: at }
    await writeAudit(tx, {
      actor,
      action: 'attribution.by_hand',
      subjectId: customerId,
      before,
      after,
      reason,
      at: now,
    })
  })
}

interface Buyer {
  kind: 'customer' | 'payment'
  affiliateId: string | null
  since: Date | null
  firstPaidAt: Date | null
}

async function lockBuyer(tx: Transaction, customerId: string): Promise<Buyer> {
  const [customer] = await tx.select().from(customers).where(eq(customers.id, customerId)).for('update')
  if (customer) return { ...customer, kind: 'customer' }
  const guest = await findGuest(tx, customerId)
  if (!guest) throw new TributaryError('not_found', 'This customer has never been heard of.', 'customerId')
  return { ...guest, kind: 'payment', firstPaidAt: guest.paidAt }
}
