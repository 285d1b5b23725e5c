import 'server-only'
import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { administrators, affiliates, auditEntries, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

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

/** Who did what, the latest first, a page at a time. A cursor that is not ours begins at the beginning. */
export async function listAudit(
  actor: Actor,
  options: {
    limit: number
    cursor?: string | undefined
    subjectId?: string | undefined
    action?: string | undefined
  },
  db: Querying = database(),
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
  requireViewer(actor)
  const { limit, cursor, subjectId, action } = options
  const place = cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : null
  const { id, at, actorKind, actorId } = auditEntries
  const rows = await db
    .select({
      id,
      at,
      actorKind,
      actorId,
      actorName: sql<string | null>`coalesce(${administrators.email}, ${affiliates.displayName})`,
      action: auditEntries.action,
      subjectId: auditEntries.subjectId,
      reason: auditEntries.reason,
      before: sql<string | null>`jsonb_pretty(${auditEntries.before})`,
      after: sql<string | null>`jsonb_pretty(${auditEntries.after})`,
    })
    .from(auditEntries)
    .leftJoin(administrators, eq(administrators.id, actorId))
    .leftJoin(affiliates, eq(affiliates.id, actorId))
    .where(
      and(
        place === null ? undefined : lt(id, place),
        subjectId === undefined ? undefined : eq(auditEntries.subjectId, subjectId),
        action === undefined ? undefined : eq(auditEntries.action, action),
      ),
    )
    .orderBy(desc(id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    entries: page.map((row) => ({ ...row, id: String(row.id) })),
    nextCursor: rows.length > page.length && last ? String(last.id) : null,
  }
}
