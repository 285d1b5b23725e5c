import { sql } from 'drizzle-orm'
import { legs, type Invariant } from './invariant'

const live = sql`('approved', 'sending', 'unknown', 'paid')`

/** Of payouts: what was approved, what of it left, and that nothing of it is owed or paid twice. */
export const payoutInvariants: Invariant[] = [
  {
    name: 'payout_lines_are_the_ledgers',
    sentence: 'Every line of a payout says what its row of the ledger says',
    broken: sql`
      select format('%s %s', l.payout_id, l.transfer_id) as row
      from payout_lines l left join ledger_transfers t on t.id = l.transfer_id
      where (t.affiliate_id, t.currency, t.earned_on, t.payable_on, t.kind, t.line_key,
             case when t.credit = 'earned' then t.amount_minor when t.debit = 'earned' then -t.amount_minor end)
        is distinct from (l.affiliate_id, l.currency, l.earned_on, l.payable_on, l.kind, l.line_key, l.amount_minor)
        or (t.payment_id, t.invoice_id) is distinct from (l.payment_id, l.invoice_id)`,
  },
  {
    name: 'lines_are_in_one_live_payout',
    sentence: 'No line of the ledger is in two live payouts',
    broken: sql`
      select format('%s is in %s', l.transfer_id, string_agg(l.payout_id, ', ' order by l.payout_id)) as row
      from payout_lines l join payouts p on p.id = l.payout_id
      where p.state in ${live} group by l.transfer_id having count(*) > 1`,
  },
  {
    name: 'payouts_add_up',
    sentence: 'The lines of every payout add up to its amount and what it carries on',
    broken: sql`
      select format('%s: the lines give %s, it says %s', p.id, coalesce(sum(l.amount_minor), 0), p.amount_minor + p.carried_minor)
             as row
      from payouts p left join payout_lines l on l.payout_id = p.id
      where p.approved_on is not null group by p.id having sum(l.amount_minor) is distinct from p.amount_minor + p.carried_minor`,
  },
  {
    name: 'only_live_payouts_keep_lines',
    sentence: 'What failed, came back or was taken out has given its lines back, and nothing else has',
    broken: sql`
      select format('%s is %s, line %s', p.id, p.state, l.transfer_id) as row
      from payout_lines l join payouts p on p.id = l.payout_id
      where (p.state in ${live}) <> (l.released_at is null)`,
  },
  {
    name: 'every_line_is_owed_or_in_a_payout',
    sentence: 'What is earned and in no live payout is owed, to the unit and the day',
    broken: sql`
      select format('%s %s earned %s payable %s: the lines give %s, the balance says %s', affiliate_id, currency, earned_on,
                    payable_on, coalesce(l.amount, 0), coalesce(b.amount, 0)) as row
      from (select t.affiliate_id, t.currency, t.earned_on, t.payable_on,
                   sum(case when t.credit = 'earned' then t.amount_minor else -t.amount_minor end) as amount
            from ledger_transfers t
            where (t.debit = 'earned' or t.credit = 'earned')
              and (t.kind <> 'payout' or t.line_key like 'carried:%' or t.line_key like 'reversed:%')
              and not exists (select from payout_lines l where l.transfer_id = t.id and l.released_at is null)
            group by 1, 2, 3, 4) as l
      full join (select affiliate_id, currency, earned_on, payable_on, amount_minor as amount from balance_days
                 where account = 'earned') as b
      using (affiliate_id, currency, earned_on, payable_on)
      where coalesce(l.amount, 0) <> coalesce(b.amount, 0)`,
  },
  {
    name: 'in_payout_and_paid_are_payouts',
    sentence: 'What is in payout or paid is what the payouts say, less what was reversed at Stripe',
    broken: sql`
      select format('%s %s %s: the ledger says %s, the payouts %s', affiliate_id, currency, account, coalesce(l.amount, 0),
                    coalesce(p.amount, 0)) as row
      from (select affiliate_id, currency, account, sum(signed) as amount from ${legs} as leg
            where account in ('in_payout', 'paid') group by 1, 2, 3) as l
      full join (
        select affiliate_id, currency, case state when 'paid' then 'paid' else 'in_payout' end as account,
               sum(amount_minor - case state when 'paid' then coalesce(r.back, 0) else 0 end) as amount
        from payouts left join (select payout_id, sum(amount_minor) as back from payout_reversals group by 1) as r
          on r.payout_id = payouts.id
        where state in ${live} group by 1, 2, 3) as p
      using (affiliate_id, currency, account)
      where coalesce(l.amount, 0) <> coalesce(p.amount, 0)`,
  },
  {
    name: 'cash_is_what_was_paid',
    sentence: 'The programme’s cash is credited with what affiliates were paid, and with nothing else',
    broken: sql`
      select format('%s: cash %s, paid %s', currency, cash, paid) as row
      from (select currency,
                   sum(case when credit = 'cash' then amount_minor when debit = 'cash' then -amount_minor else 0 end) as cash,
                   sum(case when credit = 'paid' then amount_minor else 0 end
                     - case when debit = 'paid' then amount_minor else 0 end) as paid
            from ledger_transfers group by currency) as sums
      where cash <> paid`,
  },
  {
    name: 'payouts_were_approved',
    sentence: 'Nothing was paid or is on its way that two people, or the only one, did not approve',
    broken: sql`
      select format('%s is %s in the %s run %s', p.id, p.state, r.state, r.id) as row
      from payouts p join payout_runs r on r.id = p.run_id
      where p.state not in ('draft', 'taken_out')
        and (r.state <> 'approved' or r.approved_by is null or (r.approved_by = r.drafted_by and not r.sole_administrator)
          or r.second_factor_age_seconds is null)`,
  },
  {
    name: 'transfers_were_asked_for',
    sentence: 'Stripe was asked for nothing before the attempt and its key were written down',
    broken: sql`
      select format('%s is %s', p.id, p.state) as row from payouts p
      where p.method = 'stripe' and p.state in ('sending', 'unknown', 'paid', 'failed', 'returned')
        and not exists (select from payout_attempts a where a.payout_id = p.id)`,
  },
]
