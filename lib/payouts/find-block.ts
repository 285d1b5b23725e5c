import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { Querying, Transaction } from '@/db'

/** `out`: it is taken out, with the reason; `wait`: something about it is still being settled. */
export interface Block {
  kind: 'out' | 'wait'
  reason: string
}

/** What stands in the way of sending an approved payout; null: nothing. */
export async function findBlock(tx: Transaction, payoutId: string): Promise<Block | null> {
  return (await findBlocks(tx, sql`p.id = ${payoutId}`)).get(payoutId) ?? null
}

/**
 * What stands in the way of payouts.
 * @param which narrows `p`, the payout
 * @returns by payout; those of which nothing does are not in it
 */
export async function findBlocks(db: Querying, which: SQL): Promise<Map<string, Block>> {
  const rows = await db.execute<{
    id: string
    details: boolean
    status: string
    judged: string | null
    queued: boolean
  }>(sql`
    with own as (
      select l.payout_id, l.payment_id, l.invoice_id, sum(l.amount_minor) as amount
      from payouts p join payout_lines l on l.payout_id = p.id
      where ${which} and l.payment_id is not null group by 1, 2, 3)
    select p.id, p.details_id <> (select max(d.id) from payout_details d where d.affiliate_id = p.affiliate_id) as details,
           a.status,
           -- What was void or held before the approval is in the payout with what takes it back: it adds up to nothing.
           (select min(c.status) from own join commissions c
              on c.payment_id = own.payment_id and c.invoice_id is not distinct from own.invoice_id
            where own.payout_id = p.id and own.amount > 0 and c.status in ('held', 'void')) as judged,
           exists (select from own left join payments y on y.id = own.payment_id
                   join settlement_queue q on q.subject_id in (own.payment_id, y.customer_id)
                   where own.payout_id = p.id) as queued
    from payouts p join affiliates a on a.id = p.affiliate_id where ${which}`)
  return new Map(
    rows.flatMap((row) => {
      const block = blockOf(row)
      return block === null ? [] : [[row.id, block] as const]
    }),
  )
}

function blockOf(row: {
  details: boolean
  status: string
  judged: string | null
  queued: boolean
}): Block | null {
  if (row.details) return { kind: 'out', reason: 'The payout details were changed after the approval.' }
  if (row.status === 'suspended')
    return { kind: 'out', reason: 'The affiliate was suspended after the approval.' }
  if (row.judged !== null) {
    const what = row.judged === 'void' ? 'judged void' : 'put on hold'
    return { kind: 'out', reason: `A payment in it was ${what} after the approval.` }
  }
  return row.queued ? { kind: 'wait', reason: 'A payment in it is being settled anew.' } : null
}
