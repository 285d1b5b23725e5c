import 'server-only'
import { desc, eq, sql } from 'drizzle-orm'
import { adjustments, administrators, database, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'

/** A credit or a debit by hand. */
export interface AdjustmentSummary {
  id: string
  affiliateId: string
  at: Date
  payableOn: Day
  currency: string
  /** Positive to the affiliate. */
  amountMinor: bigint
  reason: string
  /** An administrator's address, else what else decided; null: an affiliate asks. */
  decidedBy: string | null
}

/** Of one affiliate, for them and for the console, the latest first. */
export async function listAdjustments(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<AdjustmentSummary[]> {
  requireAffiliate(actor, affiliateId)
  const isConsole = actor.kind === 'person' ? actor.administrator !== null : actor.kind !== 'watcher'
  const rows = await db
    .select({
      id: adjustments.id,
      direction: adjustments.direction,
      at: adjustments.at,
      // A date column gives nothing but days.
      payableOn: sql<Day>`${adjustments.payableOn}::text`,
      currency: adjustments.currency,
      amountMinor: adjustments.amountMinor,
      reason: adjustments.reason,
      decidedBy: sql<string>`coalesce(${administrators.email}, ${adjustments.decidedBy})`,
    })
    .from(adjustments)
    .leftJoin(administrators, eq(administrators.id, adjustments.decidedBy))
    .where(eq(adjustments.affiliateId, affiliateId))
    .orderBy(desc(adjustments.at), desc(adjustments.id))
  return rows.map(({ direction, amountMinor, decidedBy, ...row }) => ({
    ...row,
    affiliateId,
    amountMinor: direction === 'credit' ? amountMinor : -amountMinor,
    decidedBy: isConsole ? decidedBy : null,
  }))
}
