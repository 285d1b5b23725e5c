import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'

/** What the ledger says in the end, one line an account and pair of days: neither how it came to it nor when. */
export const ledgerLines = sql`
  select concat_ws(' ', affiliate_id, currency, account, earned_on, payable_on, sum(amount)) as line from (
    select affiliate_id, currency, debit as account, earned_on, payable_on, -amount_minor as amount from ledger_transfers
    union all
    select affiliate_id, currency, credit, earned_on, payable_on, amount_minor from ledger_transfers
  ) sides group by affiliate_id, currency, account, earned_on, payable_on having sum(amount) <> 0`

/** The ledger in one word: two with the same digest say the same. */
export async function ledgerDigest(db: Querying): Promise<string> {
  const [row] = await db.execute<{ digest: string }>(sql`
    select md5(coalesce(string_agg(line, E'\n' order by line collate "C"), '')) as digest from (${ledgerLines}) lines`)
  return row?.digest ?? ''
}
