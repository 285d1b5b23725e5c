import 'server-only'
import { and, desc, eq, sql } from 'drizzle-orm'
import { adjustments, administrators, database, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

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

const columns = {
  id: adjustments.id,
  affiliateId: adjustments.affiliateId,
  at: adjustments.at,
  // A date column gives nothing but days.
  payableOn: sql<Day>`${adjustments.payableOn}::text`,
  currency: adjustments.currency,
  amountMinor:
    sql`case ${adjustments.direction} when 'credit' then 1 else -1 end * ${adjustments.amountMinor}`.mapWith(
      adjustments.amountMinor,
    ),
  reason: adjustments.reason,
  decidedBy: sql<string>`coalesce(${administrators.email}, ${adjustments.decidedBy})`,
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
    .select(columns)
    .from(adjustments)
    .leftJoin(administrators, eq(administrators.id, adjustments.decidedBy))
    .where(eq(adjustments.affiliateId, affiliateId))
    .orderBy(desc(adjustments.at), desc(adjustments.id))
  return rows.map(({ decidedBy, ...row }) => ({ ...row, decidedBy: isConsole ? decidedBy : null }))
}

export interface AdjustmentFilter {
  affiliateId?: string | undefined
  currency?: string | undefined
  direction?: 'credit' | 'debit' | undefined
}

/** Of everybody, the latest first, a page at a time. */
export async function listAllAdjustments(
  actor: Actor,
  options: AdjustmentFilter & PageWanted,
  db: Querying = database(),
): Promise<{ adjustments: AdjustmentSummary[] } & PageEnds> {
  requireViewer(actor)
  const { affiliateId, currency, direction } = options
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`${adjustments.at}`, type: 'timestamptz' },
      { by: sql`${adjustments.id}`, type: 'text' },
    ],
    options,
  )
  const found = await db
    .select({ ...columns, position })
    .from(adjustments)
    .leftJoin(administrators, eq(administrators.id, adjustments.decidedBy))
    .where(
      and(
        beyond,
        affiliateId === undefined ? undefined : eq(adjustments.affiliateId, affiliateId),
        currency === undefined ? undefined : eq(adjustments.currency, currency),
        direction === undefined ? undefined : eq(adjustments.direction, direction),
      ),
    )
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<AdjustmentSummary>(found)
  return { adjustments: rows, ...ends }
}
