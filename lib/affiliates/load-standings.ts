import { asc } from 'drizzle-orm'
import { affiliateStatusChanges, type Querying } from '@/db'
import type { StandingChange } from './standing'
import { among } from '@/lib/rows'

/** What was decided on the standing of these affiliates, each in its order; none for those on whom nothing was. */
export async function loadStandings(
  db: Querying,
  affiliateIds: readonly string[],
): Promise<Map<string, StandingChange[]>> {
  const byAffiliate = new Map<string, StandingChange[]>()
  if (affiliateIds.length === 0) return byAffiliate
  const { id, affiliateId, at, status } = affiliateStatusChanges
  const rows = await db
    .select({ affiliateId, at, status })
    .from(affiliateStatusChanges)
    .where(among(affiliateId, affiliateIds))
    .orderBy(asc(id))
  for (const row of rows) {
    const changes = byAffiliate.get(row.affiliateId) ?? []
    changes.push({ at: Math.floor(row.at.getTime() / 1000), status: row.status })
    byAffiliate.set(row.affiliateId, changes)
  }
  return byAffiliate
}
