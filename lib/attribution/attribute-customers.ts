import { inArray, sql, type SQL } from 'drizzle-orm'
import { customers, type Transaction } from '@/db'
import { loadDirectory } from './directory'
import { loadEvidence } from './load-evidence'
import { attribute, type Attribution } from './rules'

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
    .where(inArray(customers.id, [...customerIds]))
  const changes: SQL[] = []
  for (const row of rows) {
    const found = attribute(evidence.get(row.id) ?? [], directory)
    attributions.set(row.id, found)
    const since = found === null ? null : new Date(found.since * 1000)
    const stays =
      row.affiliateId === (found?.affiliateId ?? null) && row.since?.getTime() === since?.getTime()
    if (stays && row.matchedBy === (found?.matchedBy ?? null)) continue
    moved.push(row.id)
    changes.push(
      sql`(${row.id}, ${found?.affiliateId ?? null}, ${since?.toISOString() ?? null}::timestamptz, ${found?.matchedBy ?? null})`,
    )
  }
  if (changes.length > 0) {
    await tx.execute(sql`
      update customers c set affiliate_id = now.affiliate_id, since = now.since, matched_by = now.matched_by
      from (values ${sql.join(changes, sql`, `)}) as now (id, affiliate_id, since, matched_by) where c.id = now.id`)
  }
  return { attributions, moved }
}
