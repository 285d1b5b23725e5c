import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'

/**
 * What stands in the way of sending an approved payout: `out`, it is taken out, with the reason; `wait`, something about it is still
 * being settled. Null: nothing.
 */
export async function findBlock(
  tx: Transaction,
  payoutId: string,
): Promise<{ kind: 'out' | 'wait'; reason: string } | null> {
  const [row] = await tx.execute<{
    details: boolean
    status: string
    judged: string | null
    queued: boolean
  }>(sql`
    with own as (
      select l.payment_id, l.invoice_id, sum(l.amount_minor) as amount from payout_lines l
      where l.payout_id = ${payoutId} and l.payment_id is not null group by 1, 2)
    select p.details_id <> (select max(d.id) from payout_details d where d.affiliate_id = p.affiliate_id) as details,
           a.status,
           -- What was void or held before the approval is in the payout with what takes it back: it adds up to nothing.
           (select min(c.status) from own join commissions c
              on c.payment_id = own.payment_id and c.invoice_id is not distinct from own.invoice_id
            where own.amount > 0 and c.status in ('held', 'void')) as judged,
           exists (select from own left join payments y on y.id = own.payment_id
                   join settlement_queue q on q.subject_id in (own.payment_id, y.customer_id)) as queued
    from payouts p join affiliates a on a.id = p.affiliate_id where p.id = ${payoutId}`)
  if (!row) throw new Error(`There is no payout ${payoutId}.`)
  if (row.details) return { kind: 'out', reason: 'The payout details were changed after the approval.' }
  if (row.status === 'suspended')
    return { kind: 'out', reason: 'The affiliate was suspended after the approval.' }
  if (row.judged !== null) {
    const what = row.judged === 'void' ? 'judged void' : 'put on hold'
    return { kind: 'out', reason: `A payment in it was ${what} after the approval.` }
  }
  return row.queued ? { kind: 'wait', reason: 'A payment in it is being settled anew.' } : null
}
