import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { Day } from '@/lib/calendar'

/** What a draft looks at. */
export interface Scope {
  cutOffOn: Day
  /** The day on which it is looked: what is taken back by then counts, whatever the cut-off. */
  today: Day
  /** Null: all. */
  currencies: readonly string[] | null
  /** Positive lines recorded later are left to the next run; null: none are. */
  throughTransferId: bigint | null
}

/**
 * The rows of the ledger that a payout is made of: whatever moved an affiliate's `earned`, but the moves of payouts themselves. What
 * was carried or came back of a payout is a line of its own. `signed` is positive to the affiliate.
 */
const lines = sql`(
  select t.*, case when t.credit = 'earned' then t.amount_minor else -t.amount_minor end as signed
  from ledger_transfers t
  where (t.debit = 'earned' or t.credit = 'earned')
    and (t.kind <> 'payout' or t.line_key like 'carried:%' or t.line_key like 'reversed:%'))`

/**
 * Lines that are due and in no live payout: payable by the cut-off day, or taking something back by the day of looking.
 * @param among narrows `t`, the line
 */
export function dueLines(scope: Scope, among: SQL = sql`true`): SQL {
  const { cutOffOn, today, currencies, throughTransferId } = scope
  return sql`
    select t.id, t.affiliate_id, t.currency, t.signed, t.earned_on, t.payable_on, t.kind, t.line_key, t.payment_id, t.invoice_id
    from ${lines} t
    where (t.payable_on <= ${cutOffOn} or (t.signed < 0 and t.payable_on <= ${today}))
      and (${throughTransferId === null ? sql`true` : sql`(t.signed < 0 or t.id <= ${String(throughTransferId)}::bigint)`})
      and (${currencies === null ? sql`true` : sql`t.currency = any(${sql.param([...currencies])}::text[])`})
      and not exists (select from payout_lines l where l.transfer_id = t.id and l.released_at is null)
      and ${among}`
}

/** What is due by affiliate and currency, with a digest of the very lines. */
export function dueSums(scope: Scope, among?: SQL): SQL {
  return sql`
    select affiliate_id, currency, sum(signed)::bigint as balance, count(*)::int as line_count,
           md5(string_agg(id::text, ',' order by id)) as lines_digest
    from (${dueLines(scope, among)}) as due group by affiliate_id, currency`
}
