import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { nowAndThen } from '@/lib/now-and-then'

/** Adds up what was ever each affiliate's, in each currency: to be listed by. */
export async function countAffiliateFigures(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    // Of two who count at once one is enough.
    const [lock] = await tx.execute<{ got: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended('affiliate_figures', 0)) as got`,
    )
    if (!lock?.got) return
    await tx.execute(sql`
      with counted as materialized (
        select affiliate_id, currency, sum(amount_minor)::bigint as earned from balance_days group by 1, 2),
      gone as (
        delete from affiliate_figures f where not exists (
          select from counted c where c.affiliate_id = f.affiliate_id and c.currency = f.currency))
      insert into affiliate_figures (affiliate_id, currency, earned_minor)
      select c.affiliate_id, c.currency, c.earned
      from counted c left join affiliate_figures f on f.affiliate_id = c.affiliate_id and f.currency = c.currency
      where f.earned_minor is distinct from c.earned
      on conflict (affiliate_id, currency) do update set earned_minor = excluded.earned_minor`)
  })
}

/** For the worker, every second. */
export const countAffiliateFiguresIfDue = nowAndThen(countAffiliateFigures)
