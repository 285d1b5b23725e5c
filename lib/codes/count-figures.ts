import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { wallNow } from '@/lib/clock'
import { nowAndThen } from '@/lib/now-and-then'
import type { Stripe } from '@/lib/stripe/client'
import { readRedemptions } from './read-redemptions'

/**
 * Adds up what came through every code. A customer, or a guest's payment, came by the code that their earliest evidence names, of those
 * of the affiliate to whom they belong; who was named in another way came by none.
 */
export async function countCodeFigures(db: Database, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    // Of two who count at once one is enough.
    const [lock] = await tx.execute<{ got: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended('code_figures', 0)) as got`,
    )
    if (!lock?.got) return
    const at = now.toISOString()
    await tx.execute(sql`
      insert into code_figures (code, currency, payments, net_minor, commission_minor, counted_at)
      select came.code, c.currency, count(distinct c.payment_id), sum(c.net_minor), sum(c.remaining_minor), ${at}::timestamptz
      from commissions c
      join ${cameBy} came on came.subject_id = coalesce(c.customer_id, c.payment_id) and came.affiliate_id = c.affiliate_id
      where c.currency is not null and c.net_minor is not null
      group by came.code, c.currency
      on conflict (code, currency) do update set payments = excluded.payments, net_minor = excluded.net_minor,
        commission_minor = excluded.commission_minor, counted_at = excluded.counted_at`)
    await tx.execute(sql`delete from code_figures where counted_at <> ${at}::timestamptz`)
    await tx.execute(sql`
      update codes k set seen = counted.seen from (
        select k.code, count(distinct e.subject_id)::int as seen from codes k
        left join evidence e on e.promotion_code_id = k.stripe_promotion_code_id
        group by k.code) counted
      where k.code = counted.code and k.seen <> counted.seen`)
  })
}

/** In the order in which one code's claim beats another's (`attribute`). */
const cameBy = sql`(
  select distinct on (e.subject_id, k.affiliate_id) e.subject_id, k.affiliate_id, k.code
  from (
    select k.code, k.affiliate_id, e.id as evidence_id, 1 as way from codes k
      join evidence e on e.promotion_code_id = k.stripe_promotion_code_id
    union all
    select k.code, k.affiliate_id, e.id, 2 from codes k
      join evidence e on e.coupon_id = k.stripe_coupon_id and k.origin = 'made'
    union all
    select k.code, k.affiliate_id, e.id, 3 from codes k
      join evidence e on upper(e.code_text) = upper(k.code) and e.code_text is not null
  ) k join evidence e on e.id = k.evidence_id
  order by e.subject_id, k.affiliate_id, e.at, e.rank, coalesce(e.discount_id, e.source_id), e.digest, k.way
)`

/** For the worker, every second. */
export const countCodeFiguresIfDue = nowAndThen(async (db: Database, stripe: Stripe) => {
  await countCodeFigures(db, wallNow())
  await readRedemptions(db, stripe)
})
