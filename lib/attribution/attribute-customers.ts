import { sql } from 'drizzle-orm'
import { customers, type Transaction } from '@/db'
import { loadDirectory } from './directory'
import { loadEvidence } from './load-evidence'
import { keepLooseEnds, looseEndsOf, type LooseEnd } from './loose-ends'
import { attribute, type Attribution } from './rules'
import { among } from '@/lib/rows'

/**
 * Works out to whom these customers belong by all evidence there is, and writes it down. The caller holds the customers' locks.
 * @returns the customers whose affiliate or day changed: all their payments have to be settled anew
 */
export async function attributeCustomers(
  tx: Transaction,
  customerIds: readonly string[],
): Promise<{ attributions: Map<string, Attribution | null>; moved: string[] }> {
  const attributions = new Map<string, Attribution | null>()
  const moved: string[] = []
  if (customerIds.length === 0) return { attributions, moved }
  const evidence = await loadEvidence(tx, customerIds)
  const directory = await loadDirectory(tx, [...evidence.values()].flat())
  const rows = await tx
    .select({
      id: customers.id,
      affiliateId: customers.affiliateId,
      since: customers.since,
      matchedBy: customers.matchedBy,
    })
    .from(customers)
    .where(among(customers.id, customerIds))
  const changes: object[] = []
  const ends: LooseEnd[] = []
  for (const row of rows) {
    const pieces = evidence.get(row.id) ?? []
    const found = attribute(pieces, directory)
    ends.push(...looseEndsOf(row.id, pieces, directory, found?.affiliateId ?? null))
    attributions.set(row.id, found)
    const since = found === null ? null : new Date(found.since * 1000)
    const stays =
      row.affiliateId === (found?.affiliateId ?? null) && row.since?.getTime() === since?.getTime()
    if (stays && row.matchedBy === (found?.matchedBy ?? null)) continue
    moved.push(row.id)
    const { affiliateId = null, matchedBy = null } = found ?? {}
    changes.push({ id: row.id, affiliate_id: affiliateId, since, matched_by: matchedBy })
  }
  await keepLooseEnds(tx, { subjectIds: customerIds, kinds: ['unmatched', 'conflict'] }, ends)
  if (changes.length > 0) {
    await tx.execute(sql`
      update customers c set affiliate_id = now.affiliate_id, since = now.since, matched_by = now.matched_by
      from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
        as now (id text, affiliate_id text, since timestamptz, matched_by text) where c.id = now.id`)
  }
  return { attributions, moved }
}
