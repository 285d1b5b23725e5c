import 'server-only'
import { and, count, countDistinct, eq, gt, sum } from 'drizzle-orm'
import { customers, database, subscriptions, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'

export interface RecurringRevenue {
  currency: string
  mrrMinor: bigint
  subscriptions: number
  /** Customers with at least one of them. */
  customers: number
}

/** What an affiliate's customers pay a month now, per currency, the largest number of subscriptions first. */
export async function listRecurringRevenue(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<RecurringRevenue[]> {
  requireAffiliate(actor, affiliateId)
  const rows = await db
    .select({
      currency: subscriptions.currency,
      mrr: sum(subscriptions.mrrMinor),
      subscriptions: count(),
      customers: countDistinct(subscriptions.customerId),
    })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(and(eq(customers.affiliateId, affiliateId), gt(subscriptions.mrrMinor, 0n)))
    .groupBy(subscriptions.currency)
  return rows
    .map(({ mrr, ...row }) => ({ ...row, mrrMinor: BigInt(mrr ?? 0) }))
    .toSorted((a, b) => b.subscriptions - a.subscriptions || a.currency.localeCompare(b.currency))
}

/** How many customers belong to an affiliate, paying or not. */
export async function countCustomers(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<number> {
  requireAffiliate(actor, affiliateId)
  const [row] = await db
    .select({ count: count() })
    .from(customers)
    .where(eq(customers.affiliateId, affiliateId))
  return row?.count ?? 0
}
