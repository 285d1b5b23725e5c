import { sql } from 'drizzle-orm'
import { legs, type Invariant } from './invariant'

/** Of transfers and of what is rolled up from them. */
export const balanceInvariants: Invariant[] = [
  {
    name: 'rollups_equal_lines',
    sentence: 'Every day’s balance is the sum of its lines',
    broken: sql`
      select format('%s %s %s earned %s payable %s: the lines give %s, the roll-up says %s', affiliate_id, currency, account,
                    earned_on, payable_on, coalesce(l.amount, 0), coalesce(r.amount, 0)) as row
      from (select affiliate_id, currency, account, earned_on, payable_on, sum(signed) as amount
            from ${legs} as leg group by 1, 2, 3, 4, 5) as l
      full join (select affiliate_id, currency, account, earned_on, payable_on, amount_minor as amount from balance_days) as r
      using (affiliate_id, currency, account, earned_on, payable_on)
      where coalesce(l.amount, 0) <> coalesce(r.amount, 0)`,
  },
  {
    name: 'reversals_equal_lines',
    sentence: 'What is said to have been taken back on a day is the sum of its lines',
    broken: sql`
      select format('%s %s earned %s: the lines took back %s, the roll-up says %s', affiliate_id, currency, earned_on,
                    coalesce(l.amount, 0), coalesce(r.amount, 0)) as row
      from (select affiliate_id, currency, earned_on,
                   sum(case when credit = 'commission_expense' then amount_minor else -amount_minor end) as amount
            from ledger_transfers
            where kind in ('refund', 'dispute', 'cancel', 'void') and 'commission_expense' in (debit, credit)
            group by 1, 2, 3) as l
      full join (select affiliate_id, currency, earned_on, amount_minor as amount from reversal_days) as r
      using (affiliate_id, currency, earned_on)
      where coalesce(l.amount, 0) <> coalesce(r.amount, 0)`,
  },
  {
    name: 'balances_add_up_to_lifetime',
    sentence: 'Payable, pending, scheduled, held, in payout and paid add up to the lifetime figure',
    broken: sql`
      select format('%s %s: balances add up to %s, the programme gave %s', affiliate_id, currency, coalesce(b.amount, 0),
                    coalesce(g.amount, 0)) as row
      from (select affiliate_id, currency, sum(amount_minor) as amount from balance_days group by 1, 2) as b
      full join (
        select affiliate_id, currency,
               sum(case when debit in ('earned', 'held', 'in_payout', 'paid') then -amount_minor else amount_minor end) as amount
        from ledger_transfers
        where (debit in ('earned', 'held', 'in_payout', 'paid')) <> (credit in ('earned', 'held', 'in_payout', 'paid'))
        group by 1, 2) as g
      using (affiliate_id, currency)
      where coalesce(b.amount, 0) <> coalesce(g.amount, 0)`,
  },
  {
    name: 'nothing_held_or_paid_below_zero',
    sentence: 'Nothing is held, in payout or paid below zero',
    broken: sql`
      select format('%s %s %s: %s', affiliate_id, currency, account, sum(amount_minor)) as row
      from balance_days where account <> 'earned'
      group by affiliate_id, currency, account having sum(amount_minor) < 0`,
  },
  {
    name: 'lines_are_numbered_without_gaps',
    sentence: 'The rows of every line are numbered from one without gaps',
    broken: sql`
      select format('%s %s %s: %s rows, numbered from %s to %s', payment_id, invoice_id, line_key, count(*), min(seq), max(seq))
             as row
      from ledger_transfers group by payment_id, invoice_id, line_key
      having min(seq) <> 1 or max(seq) <> count(*)`,
  },
  {
    name: 'adjustments_are_in_the_ledger',
    sentence: 'Every credit and debit by hand has its one line, and no such line is without its reason',
    broken: sql`
      select format('%s: decided %s, the ledger has %s', line_key, a.signed, t.signed) as row
      from (select 'adjustment:' || id as line_key, affiliate_id, currency, payable_on,
                   case direction when 'credit' then amount_minor else -amount_minor end as signed
            from adjustments) as a
      full join (select line_key, affiliate_id, currency, payable_on,
                        case when debit = 'adjustments' then amount_minor else -amount_minor end as signed
                 from ledger_transfers
                 where kind = 'adjustment' and line_key like 'adjustment:%' and 'adjustments' in (debit, credit)
                   and 'earned' in (debit, credit)) as t
      using (line_key)
      where (a.affiliate_id, a.currency, a.payable_on, a.signed) is distinct from (t.affiliate_id, t.currency, t.payable_on, t.signed)`,
  },
]
