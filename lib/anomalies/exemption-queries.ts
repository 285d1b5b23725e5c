import 'server-only'
import { desc, eq, sql } from 'drizzle-orm'
import { administrators, database, exemptions, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { anomalyRules, type AnomalyRule } from '@/lib/programme/schemas'

/** A rule that does not concern an affiliate. */
export interface StandingExemption {
  /** Null: none of them does. */
  rule: AnomalyRule | null
  reason: string
  /** An administrator's address, else what else decided. */
  decidedBy: string
  at: Date
}

/** An affiliate's, as the last word on each rule says, the latest first. */
export async function listExemptions(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<StandingExemption[]> {
  requireViewer(actor)
  const { rule, exempt, reason, at, id } = exemptions
  const rows = await db
    .select({
      rule,
      exempt,
      reason,
      at,
      decidedBy: sql<string>`coalesce(${administrators.email}, ${exemptions.decidedBy})`,
    })
    .from(exemptions)
    .leftJoin(administrators, eq(administrators.id, exemptions.decidedBy))
    .where(eq(exemptions.affiliateId, affiliateId))
    .orderBy(desc(id))
  const last = new Map<string | null, (typeof rows)[number]>()
  for (const row of rows) if (!last.has(row.rule)) last.set(row.rule, row)
  return [...last.values()].flatMap(({ exempt: stands, rule: named, ...row }) => {
    const known = anomalyRules.find((each) => each === named) ?? null
    return stands && (named === null || known) ? [{ ...row, rule: known }] : []
  })
}
