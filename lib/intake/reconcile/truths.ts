import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'

/** The three figures that say whether books are true. Amounts are strings of minor units. */
export interface Truths {
  /** Accounts that must be zero and are not: each is money that went somewhere unsaid. */
  clearing: {
    holds: boolean
    off: { account: string; affiliateId: string; currency: string; minor: string }[]
  }
  /** From an event's arrival to the ledger, over the newest events of the last day. */
  timeliness: {
    events: number
    /** Milliseconds; null: nothing came. */
    medianMs: number | null
    p95Ms: number | null
    slowestMs: number | null
    /** The oldest event that is not done, in seconds; null: none. */
    oldestWaitingSeconds: number | null
  }
  /** Every object in Stripe has its line or its reason, as the last sweep that came to its end found. */
  completeness: {
    /** null: there was none. */
    sweepId: number | null
    seen: number
    explained: number
    unexplained: number
    /** Basis points, rounded down: 10000 only where nothing is unexplained. Null: nothing was seen. */
    shareBps: number | null
    /** Payments that wait for Stripe, and events that could not be settled. */
    waiting: number
    quarantined: number
  }
}

/** So many of the newest events stand for the day. */
const sample = 10_000

export async function loadTruths(db: Querying): Promise<Truths> {
  return {
    clearing: await clearing(db),
    timeliness: await loadTimeliness(db),
    completeness: await completeness(db),
  }
}

/**
 * Two accounts clear: what is in payouts less the payouts that are under way, and what the payments' commissions leave less the
 * lines that say so.
 */
async function clearing(db: Querying): Promise<Truths['clearing']> {
  const rows = await db.execute<{
    account: string
    affiliate_id: string
    currency: string
    minor: string
  }>(sql`
    select account, affiliate_id, currency, sum(amount)::text as minor from (
      select 'in_payout' as account, affiliate_id, currency, amount_minor as amount from balance_days where account = 'in_payout'
      union all
      select 'in_payout', affiliate_id, currency, -amount_minor from payouts
        where state in ('approved', 'sending', 'unknown')
      union all
      select 'commissions', affiliate_id, currency, amount_minor from balance_days
      union all
      select 'commissions', affiliate_id, currency,
             case when debit in ('earned', 'held', 'in_payout', 'paid') then amount_minor else -amount_minor end
        from ledger_transfers where payment_id is null
          and (debit in ('earned', 'held', 'in_payout', 'paid')) <> (credit in ('earned', 'held', 'in_payout', 'paid'))
      union all
      select 'commissions', affiliate_id, currency, -remaining_minor from commissions
        where affiliate_id is not null and currency is not null
    ) as sides
    group by account, affiliate_id, currency having sum(amount) <> 0
    order by account, affiliate_id, currency limit 100`)
  const off = rows.map(({ account, affiliate_id, currency, minor }) => ({
    account,
    affiliateId: affiliate_id,
    currency,
    minor,
  }))
  return { holds: off.length === 0, off }
}

export async function loadTimeliness(db: Querying): Promise<Truths['timeliness']> {
  const [row] = await db.execute<
    Record<'events' | 'median' | 'p95' | 'slowest' | 'oldest', string | null>
  >(sql`
    with newest as (
      select event_id, recorded_at from inbox_events where recorded_at > clock_timestamp() - interval '1 day'
      order by recorded_at desc limit ${sample}
    ), done as (
      select extract(epoch from w.done_at - n.recorded_at) * 1000 as ms
      from newest n join inbox_work w using (event_id) where w.state = 'done'
    )
    select count(*) as events, percentile_cont(0.5) within group (order by ms) as median,
           percentile_cont(0.95) within group (order by ms) as p95, max(ms) as slowest,
           (select extract(epoch from clock_timestamp() - min(e.recorded_at))
            from inbox_work w join inbox_events e using (event_id) where w.state <> 'done') as oldest
    from done`)
  const whole = (text: string | null | undefined) =>
    text === null || text === undefined ? null : Math.max(0, Math.round(Number(text)))
  return {
    events: Number(row?.events ?? 0),
    medianMs: whole(row?.median),
    p95Ms: whole(row?.p95),
    slowestMs: whole(row?.slowest),
    oldestWaitingSeconds: whole(row?.oldest),
  }
}

async function completeness(db: Querying): Promise<Truths['completeness']> {
  const [row] = await db.execute<
    Record<'seen' | 'unexplained' | 'waiting' | 'quarantined', string> & { id: string | null }
  >(sql`
    with last as (select id from sweeps where state = 'done' order by id desc limit 1)
    select (select id from last)::text as id,
           (select coalesce(sum(seen), 0) from sweep_counts where sweep_id = (select id from last)) as seen,
           (select count(*) from sweep_findings
            where sweep_id = (select id from last) and verdict = 'unexplained') as unexplained,
           (select count(distinct subject_id) from waits) as waiting,
           (select count(*) from inbox_work where state = 'quarantined') as quarantined`)
  const seen = Number(row?.seen ?? 0)
  const unexplained = Number(row?.unexplained ?? 0)
  const explained = Math.max(0, seen - unexplained)
  return {
    sweepId: row?.id == null ? null : Number(row.id),
    seen,
    explained,
    unexplained,
    shareBps: seen === 0 ? null : Math.floor((explained * 10_000) / seen),
    waiting: Number(row?.waiting ?? 0),
    quarantined: Number(row?.quarantined ?? 0),
  }
}
