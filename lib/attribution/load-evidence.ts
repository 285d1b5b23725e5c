import { evidence, type Querying } from '@/db'
import type { Evidence } from './rules'
import { among } from '@/lib/rows'

/** Evidence by subject. */
export async function loadEvidence(
  db: Querying,
  subjectIds: readonly string[],
): Promise<Map<string, Evidence[]>> {
  const bySubject = new Map<string, Evidence[]>()
  if (subjectIds.length === 0) return bySubject
  const rows = await db.select().from(evidence).where(among(evidence.subjectId, subjectIds))
  for (const row of rows) {
    const list = bySubject.get(row.subjectId) ?? []
    list.push({ ...row, at: Math.floor(row.at.getTime() / 1000), recordedAtMs: row.recordedAt.getTime() })
    bySubject.set(row.subjectId, list)
  }
  return bySubject
}
