import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'
import type { Day } from '@/lib/calendar'

/** What is payable to an affiliate in a currency on a day; negative: owed by them. */
export async function payableOf(
  db: Querying,
  affiliateId: string,
  currency: string,
  on: Day,
): Promise<bigint> {
  const [row] = await db.execute<{ sum: string }>(sql`
    select coalesce(sum(amount_minor), 0)::text as sum from balance_days
    where affiliate_id = ${affiliateId} and currency = ${currency} and account = 'earned' and payable_on <= ${on}`)
  return BigInt(row?.sum ?? 0)
}
