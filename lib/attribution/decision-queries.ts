import 'server-only'
import { desc, eq, sql } from 'drizzle-orm'
import { administrators, affiliates, codeDecisions, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { aboutCode, type UnmatchedCode } from './decide-unmatched'

/** The last word on a code that is none of ours. */
export interface LastDecision {
  /** For the next form: see `CodeDecision`. */
  id: number
  kind: 'house' | 'affiliate' | 'open'
  affiliate: { id: string; displayName: string } | null
  reason: string
  /** An administrator's address, else what else decided. */
  decidedBy: string
  decidedAt: Date
}

/** Null: nobody has decided yet. */
export async function findDecision(
  actor: Actor,
  about: UnmatchedCode,
  db: Querying = database(),
): Promise<LastDecision | null> {
  requireViewer(actor)
  const [row] = await db
    .select({
      id: codeDecisions.id,
      kind: codeDecisions.decision,
      affiliateId: affiliates.id,
      displayName: affiliates.displayName,
      reason: codeDecisions.reason,
      decidedBy: sql<string>`coalesce(${administrators.email}, ${codeDecisions.decidedBy})`,
      decidedAt: codeDecisions.decidedAt,
    })
    .from(codeDecisions)
    .leftJoin(affiliates, eq(affiliates.id, codeDecisions.affiliateId))
    .leftJoin(administrators, eq(administrators.id, codeDecisions.decidedBy))
    .where(aboutCode(about))
    .orderBy(desc(codeDecisions.id))
    .limit(1)
  if (!row) return null
  const { affiliateId, displayName, ...decision } = row
  const affiliate = affiliateId !== null && displayName !== null ? { id: affiliateId, displayName } : null
  return { ...decision, affiliate }
}
