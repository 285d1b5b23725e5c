import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

export interface PaidAlready {
  affiliateId: string
  displayName: string
  currency: string
  /** What of these payments is in payouts that are sent or on their way. */
  amountMinor: bigint
}

/** Whether a decision on these payments comes after money was paid for them: per affiliate and currency, where it did. */
export async function listPaidAlready(
  actor: Actor,
  about: { paymentIds: readonly string[]; customerId?: string | undefined },
  db: Querying = database(),
): Promise<PaidAlready[]> {
  requireViewer(actor)
  const rows = await db.execute<Omit<PaidAlready, 'amountMinor'> & { amount: string }>(sql`
    select l.affiliate_id as "affiliateId", a.display_name as "displayName", l.currency, sum(l.amount_minor)::text as amount
    from payout_lines l join affiliates a on a.id = l.affiliate_id
    where l.released_at is null and l.payment_id in (
      select unnest(${sql.param([...about.paymentIds])}::text[])
      union select id from payments where customer_id = ${about.customerId ?? null})
    group by 1, 2, 3 having sum(l.amount_minor) > 0 order by 2, 3`)
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }))
}
