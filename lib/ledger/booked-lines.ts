import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'

/** A line of the ledger with all corrections of it, as one affiliate sees it. */
export interface BookedLine {
  kind: string
  lineKey: string
  /** Null: about no payment. */
  paymentId: string | null
  invoiceId: string | null
  currency: string
  earnedOn: Day
  payableOn: Day
  /** Positive to the affiliate. */
  amountMinor: bigint
}

/** What cancelling and verdicts took of these payments; what was lifted since is left out. */
export async function listStopped(
  actor: Actor,
  of: { affiliateId: string; paymentIds: readonly string[] },
  db: Querying = database(),
): Promise<BookedLine[]> {
  requireAffiliate(actor, of.affiliateId)
  if (of.paymentIds.length === 0) return []
  // As the index on a payment's lines is written.
  const theirs = sql`coalesce(payment_id, '') = any(${sql.param([...of.paymentIds])}::text[])`
  return listLines(db, of.affiliateId, sql`${theirs} and kind in ('cancel', 'void')`)
}

/** Adjustments, opening balances, debts written off or set off. */
export async function listBesidePayments(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<BookedLine[]> {
  requireAffiliate(actor, affiliateId)
  return listLines(db, affiliateId, sql`payment_id is null`)
}

async function listLines(db: Querying, affiliateId: string, which: SQL): Promise<BookedLine[]> {
  const ours = sql`('earned', 'held', 'in_payout', 'paid')`
  const rows = await db.execute<Omit<BookedLine, 'amountMinor'> & { amount: string }>(sql`
    select kind, line_key as "lineKey", payment_id as "paymentId", invoice_id as "invoiceId", currency, earned_on::text as "earnedOn",
           payable_on::text as "payableOn", sum(signed)::text as amount
    from (select *, case when credit in ${ours} then amount_minor else 0 end
                    - case when debit in ${ours} then amount_minor else 0 end as signed
          from ledger_transfers where affiliate_id = ${affiliateId} and ${which}) as line
    group by kind, line_key, payment_id, invoice_id, currency, earned_on, payable_on having sum(signed) <> 0
    order by earned_on, payable_on, payment_id, line_key`)
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }))
}
