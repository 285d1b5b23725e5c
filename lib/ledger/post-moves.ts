import { sql, type SQL } from 'drizzle-orm'
import type { Transaction } from '@/db'

/**
 * Writes transfers that no settlement does (payouts, decisions about debts), and the roll-ups with them, in one statement.
 * @param rows selects debit, credit, currency, amount_minor (above zero), earned_on, payable_on, line_key, seq, kind, affiliate_id,
 * payout_id; every line's key and seq are new
 * @returns how many were written
 */
export async function postMoves(
  tx: Transaction,
  rows: SQL,
  at: { occurredAt: Date; recordedAt: Date },
): Promise<number> {
  const [result] = await tx.execute<{ written: number }>(sql`
    with written as (
      insert into ledger_transfers (recorded_at, occurred_at, earned_on, payable_on, debit, credit, currency, amount_minor, line_key,
                                    seq, kind, affiliate_id, payout_id)
      select ${at.recordedAt.toISOString()}::timestamptz, ${at.occurredAt.toISOString()}::timestamptz, earned_on, payable_on, debit,
             credit, currency, amount_minor, line_key, seq, kind, affiliate_id, payout_id
      from (${rows}) as move order by affiliate_id, line_key
      returning debit, credit, currency, amount_minor, earned_on, payable_on, affiliate_id),
    rolled as (
      insert into balance_days (affiliate_id, currency, account, earned_on, payable_on, amount_minor)
      select affiliate_id, currency, account, earned_on, payable_on, sum(signed) from (
        select affiliate_id, currency, debit as account, earned_on, payable_on, -amount_minor as signed from written
        union all
        select affiliate_id, currency, credit, earned_on, payable_on, amount_minor from written) as legs
      where account in ('earned', 'held', 'in_payout', 'paid')
      group by 1, 2, 3, 4, 5
      -- In the order of the key, as settlements do: no two writers wait for each other in a circle.
      order by 1, 2, 3, 4, 5
      on conflict (affiliate_id, currency, account, earned_on, payable_on)
        do update set amount_minor = balance_days.amount_minor + excluded.amount_minor
      returning 1)
    select (select count(*) from written)::int as written, (select count(*) from rolled) as rolled`)
  return result?.written ?? 0
}
