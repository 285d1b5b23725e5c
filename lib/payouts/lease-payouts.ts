import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { Database } from '@/db'
import type { Leased } from './begin-attempt'

/** Longer than all that is asked for one payout can take; who sends it longer than that has died. */
const leaseMinutes = 10

/**
 * Takes payouts for this process alone; what another has taken is passed by.
 * @param which narrows `p`, the payout, and `r`, its run
 */
export async function leasePayouts(
  db: Database,
  which: SQL,
  { now, limit }: { now: Date; limit: number },
): Promise<Leased[]> {
  const at = now.toISOString()
  return db.execute<Leased>(sql`
    with due as (
      select p.id from payouts p join payout_runs r on r.id = p.run_id
      where p.method = 'stripe' and (p.leased_until is null or p.leased_until <= ${at}::timestamptz) and ${which}
      order by p.run_id, p.id limit ${limit} for update of p skip locked)
    update payouts p set leased_until = ${at}::timestamptz + make_interval(mins => ${leaseMinutes})
    from due where p.id = due.id
    returning p.id, p.run_id as "runId", p.affiliate_id as "affiliateId", p.amount_minor::text as "amountMinor", p.currency,
              p.destination, p.state, p.looks, p.leased_until::text as "leasedUntil"`)
}
