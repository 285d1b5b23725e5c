import { sql } from 'drizzle-orm'
import { looseEnds, type Transaction } from '@/db'
import { insertRows } from '@/lib/rows'
import { isHouse, resolveEvidence, type Directory, type Evidence } from './rules'

export type LooseEnd = typeof looseEnds.$inferInsert

/** What the evidence on a subject leaves open: a discount that names nobody, a claim by somebody else than its owner. */
export function looseEndsOf(
  subjectId: string,
  pieces: readonly Evidence[],
  directory: Directory,
  ownerId: string | null,
): LooseEnd[] {
  const kinds = new Set<LooseEnd['kind']>()
  for (const piece of pieces) {
    const named = resolveEvidence(piece, directory)?.affiliateId ?? null
    if (named === null && piece.kind !== 'metadata' && !isHouse(piece, directory)) kinds.add('unmatched')
    if (named !== null && ownerId !== null && named !== ownerId) kinds.add('conflict')
  }
  return [...kinds].map((kind) => ({ subjectId, kind }))
}

/** Of these kinds exactly these ends are loose on the subjects, whose locks the caller holds. */
export async function keepLooseEnds(
  tx: Transaction,
  about: { subjectIds: readonly string[]; kinds: readonly LooseEnd['kind'][] },
  ends: readonly LooseEnd[],
): Promise<void> {
  if (about.subjectIds.length === 0) return
  const still = ends.map(({ subjectId, kind }) => `${subjectId} ${kind}`)
  await tx.execute(sql`
    delete from loose_ends where subject_id = any(${sql.param([...about.subjectIds])}::text[])
      and kind = any(${sql.param([...about.kinds])}::text[])
      and not subject_id || ' ' || kind = any(${sql.param(still)}::text[])`)
  await addLooseEnds(tx, ends)
}

/** In the order of their keys, so that two who write the same ones wait for each other and nothing worse. */
export async function addLooseEnds(tx: Transaction, ends: readonly LooseEnd[]): Promise<void> {
  const keyed = new Map(ends.map((end) => [`${end.subjectId} ${end.kind}`, end]))
  const rows = [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, end]) => end)
  if (rows.length > 0) await tx.execute(insertRows(looseEnds, rows, sql`on conflict do nothing`))
}
