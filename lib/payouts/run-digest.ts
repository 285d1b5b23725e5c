import 'server-only'
import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'

/** Of every payout of a draft: whose, how much, of which lines, where to. Two with the same are the same run to look at. */
export async function runDigest(db: Querying, runId: string): Promise<string> {
  const [row] = await db.execute<{ digest: string }>(sql`
    select md5(coalesce(string_agg(concat_ws(' ', id, affiliate_id, currency, amount_minor, carried_minor, lines_digest, details_id),
                                   ',' order by id), '')) as digest
    from payouts where run_id = ${runId} and state = 'draft'`)
  return row?.digest ?? ''
}
