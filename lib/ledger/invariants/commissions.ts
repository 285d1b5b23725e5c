import { sql } from 'drizzle-orm'
import { legs, type Invariant } from './invariant'

/** Of what is said of each payment, and what stands in the ledger for it. */
export const commissionInvariants: Invariant[] = [
  {
    name: 'lines_equal_commissions',
    sentence:
      'Every payment’s lines add up to what remains of its commission, for its affiliate and in its currency',
    broken: sql`
      select format('%s %s %s %s: the lines give %s, the commission says %s', payment_id, invoice_id, affiliate_id, currency,
                    coalesce(l.amount, 0), coalesce(c.amount, 0)) as row
      from (select payment_id, invoice_id, affiliate_id, currency, sum(signed) as amount
            from ${legs} as leg where payment_id is not null group by 1, 2, 3, 4) as l
      full join (select payment_id, coalesce(invoice_id, '') as invoice_id, affiliate_id, currency, sum(remaining_minor) as amount
                 from commissions where affiliate_id is not null and currency is not null group by 1, 2, 3, 4) as c
      using (payment_id, invoice_id, affiliate_id, currency)
      where coalesce(l.amount, 0) <> coalesce(c.amount, 0)`,
  },
  {
    name: 'lines_have_a_commission',
    sentence: 'Whatever lines of a payment come to on any days, a commission says why',
    // Lines from before an invoice was written for a payment were all taken back, and there is no commission of theirs any more.
    broken: sql`
      select distinct format('%s %s', t.payment_id, t.invoice_id) as row
      from (select payment_id, invoice_id from ${legs} as leg where payment_id is not null
            group by payment_id, invoice_id, affiliate_id, currency, earned_on, payable_on having sum(signed) <> 0) as t
      where not exists (
        select from commissions c
        where c.payment_id = t.payment_id and coalesce(c.invoice_id, '') = t.invoice_id)`,
  },
  {
    name: 'commissions_have_a_settlement',
    sentence: 'Every commission keeps the arithmetic and the facts that it came from',
    broken: sql`
      select format('%s %s: settlement %s', c.payment_id, c.basis_id, c.settlement_id) as row
      from commissions c left join settlements s
        on s.id = c.settlement_id and s.payment_id = c.payment_id and s.basis_id = c.basis_id
      where s.id is null`,
  },
  {
    name: 'held_and_earned_as_the_status_says',
    sentence:
      'What is under review stands on held unless it is in a payout or enqueued to be settled, all else on earned or beyond',
    broken: sql`
      select format('%s %s is %s: %s on earned, %s on held', c.payment_id, c.invoice_id, c.status, l.earned, l.held) as row
      from (select payment_id, invoice_id, coalesce(sum(signed) filter (where account = 'earned'), 0) as earned,
                   coalesce(sum(signed) filter (where account = 'held'), 0) as held
            from ${legs} as leg where payment_id is not null group by 1, 2) as l
      join (select payment_id, invoice_id, max(customer_id) as customer_id, max(status) as status from commissions group by 1, 2) as c
        on c.payment_id = l.payment_id and coalesce(c.invoice_id, '') = l.invoice_id
      left join (select payment_id, coalesce(invoice_id, '') as invoice_id, sum(amount_minor) as amount from payout_lines
                 where released_at is null and payment_id is not null group by 1, 2) as p
        on p.payment_id = l.payment_id and p.invoice_id = l.invoice_id
      where ((c.status = 'held' and l.earned > coalesce(p.amount, 0)) or (c.status <> 'held' and l.held <> 0))
        -- What a payout gave back is settled anew.
        and not exists (select from settlement_queue q where q.subject_id in (c.payment_id, c.customer_id))`,
  },
  {
    name: 'instalments_never_below_zero',
    sentence: 'No instalment has had more taken from it than it was',
    broken: sql`
      select format('%s %s %s instalment %s: %s', payment_id, invoice_id, affiliate_id, k, sum(signed)) as row
      from (select payment_id, invoice_id, affiliate_id, signed, substring(line_key from 'instalment/([0-9]+)$') as k
            from ${legs} as leg where payment_id is not null) as part
      where k is not null group by payment_id, invoice_id, affiliate_id, k having sum(signed) < 0`,
  },
  {
    name: 'nobody_earns_from_a_void',
    sentence: 'Nothing remains of what was judged void or earns nothing',
    broken: sql`
      select format('%s %s is %s: %s remains', payment_id, basis_id, status, remaining_minor) as row
      from commissions where remaining_minor <> 0 and status not in ('settled', 'held')`,
  },
]
