import { sql } from 'drizzle-orm'
import type { Invariant } from './invariant'

/** A person's word that stands on a commission's payment or customer: the last on each unless lifted, of the two the later. */
const words = sql`(
  select distinct on (c.payment_id, c.basis_id) c.payment_id, c.basis_id, c.customer_id, c.status, w.decision
  from (select distinct on (subject_kind, subject_id) id, subject_kind, subject_id, decision
        from verdicts order by subject_kind, subject_id, id desc) as w
  join commissions c on (w.subject_kind = 'payment' and c.payment_id = w.subject_id)
                     or (w.subject_kind = 'customer' and c.customer_id = w.subject_id)
  where w.decision <> 'lift'
  order by c.payment_id, c.basis_id, w.id desc)`

/** Of what people and rules said, and what became of it. */
export const verdictInvariants: Invariant[] = [
  {
    name: 'verdicts_are_carried_out',
    sentence: 'What a person judged is as they said, or enqueued to be',
    broken: sql`
      select format('%s %s is %s, judged %s', payment_id, basis_id, status, decision) as row
      from ${words} as word
      where ((decision = 'void' and status in ('settled', 'held')) or (decision = 'clear' and status = 'void')
          or (decision = 'hold' and status in ('settled', 'void')))
        and not exists (select from settlement_queue q where q.subject_id in (word.payment_id, word.customer_id))`,
  },
  {
    name: 'voids_and_holds_have_a_reason',
    sentence:
      'Whatever is void or held is so by a person’s word, by a rule, or because the affiliate was suspended',
    broken: sql`
      select format('%s %s is %s', c.payment_id, c.basis_id, c.status) as row
      from commissions c
      where c.status in ('void', 'held')
        and not exists (
          select from verdicts w where w.decision = case c.status when 'void' then 'void' else 'hold' end
            and ((w.subject_kind = 'payment' and w.subject_id = c.payment_id)
              or (w.subject_kind = 'customer' and w.subject_id = c.customer_id)))
        and not exists (
          select from anomaly_signals s where s.payment_id = c.payment_id and s.stands
            and s.action = case c.status when 'void' then 'void' else 'hold' end
            and not exists (select from anomaly_signals n
                            where n.payment_id = s.payment_id and n.rule = s.rule and n.seq > s.seq))
        and not (c.status = 'held' and exists (
          select from affiliate_status_changes a where a.affiliate_id = c.affiliate_id and a.status = 'suspended'))
        and not exists (select from settlement_queue q where q.subject_id in (c.payment_id, c.customer_id))`,
  },
]
