import 'server-only'
import { and, eq, gte, lt, or, sql, type SQL } from 'drizzle-orm'
import { administrators, affiliates, auditEntries, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { addDays, type Day } from '@/lib/calendar'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

export interface AuditEntry {
  id: string
  at: Date
  actorKind: string
  actorId: string
  /** The administrator's address or the affiliate's name; null: neither. */
  actorName: string | null
  action: string
  subjectId: string
  reason: string | null
  /** As JSON, indented; null: nothing was there. */
  before: string | null
  after: string | null
}

export interface AuditFilter {
  /** An id, an administrator's or affiliate's address, or the name of a job of the system's. */
  who?: string | undefined
  /** The whole of it, `terms.set`, or the thing it was done to, `terms`. */
  action?: string | undefined
  subjectId?: string | undefined
  /** The first and the last day. */
  from?: Day | undefined
  to?: Day | undefined
}

/** Who did what, the latest first, a page at a time. A cursor that is not ours begins at the beginning. */
export async function listAudit(
  actor: Actor,
  wanted: AuditFilter & PageWanted,
  db: Querying = database(),
): Promise<{ entries: AuditEntry[] } & PageEnds> {
  requireViewer(actor)
  const { id, at, actorKind, actorId, action, subjectId, reason } = auditEntries
  const { beyond, order, limit, position, page } = keyset([{ by: sql`${id}`, type: 'bigint' }], wanted)
  const found = await db
    .select({
      id: sql<string>`${id}::text`,
      at,
      actorKind,
      actorId,
      actorName: sql<string | null>`coalesce(${administrators.email}, ${affiliates.displayName})`,
      action,
      subjectId,
      reason,
      before: sql<string | null>`jsonb_pretty(${auditEntries.before})`,
      after: sql<string | null>`jsonb_pretty(${auditEntries.after})`,
      position,
    })
    .from(auditEntries)
    .leftJoin(administrators, eq(administrators.id, actorId))
    .leftJoin(affiliates, eq(affiliates.id, actorId))
    .where(and(narrowed(wanted), beyond))
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<AuditEntry>(found)
  return { entries: rows, ...ends }
}

function narrowed({ who, action, subjectId, from, to }: AuditFilter): SQL | undefined {
  const midnight = (day: Day) => new Date(`${day}T00:00:00Z`)
  return and(
    who === undefined
      ? undefined
      : or(
          eq(auditEntries.actorId, who),
          sql`${auditEntries.actorId} in (
            select ${administrators.id} from ${administrators} where lower(${administrators.email}) = lower(${who})
            union all
            select ${affiliates.id} from ${affiliates} where lower(${affiliates.email}) = lower(${who}))`,
        ),
    action === undefined
      ? undefined
      : or(
          eq(auditEntries.action, action),
          // Which the index finds, as it does not find starts_with.
          sql`${auditEntries.action} like ${`${action.replace(/[\\%_]/g, '\\$&')}.%`}`,
        ),
    subjectId === undefined ? undefined : eq(auditEntries.subjectId, subjectId),
    from === undefined ? undefined : gte(auditEntries.at, midnight(from)),
    to === undefined ? undefined : lt(auditEntries.at, midnight(addDays(to, 1))),
  )
}
