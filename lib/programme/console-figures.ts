import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { addDays, addMonths, dayOf, monthOf, type Day, type Month } from '@/lib/calendar'
import { keptAnswer } from '@/lib/kept-answer'

/** So many rows take tens of milliseconds to add up. */
const many = 20_000

export interface DueMonth {
  currency: string
  /** Null: due by now. */
  month: Month | null
  amountMinor: bigint
}

/** What is owed, by the month in which it falls due, a year ahead; the rest in the last one. Held money is not due. */
export async function listLiabilityByMonth(
  actor: Actor,
  on: Day,
  db: Querying = database(),
): Promise<DueMonth[]> {
  requireViewer(actor)
  const last = monthOf(addMonths(on, 12))
  return keptAnswer(db, `due ${on}`, async () => {
    const rows = await db.execute<{
      currency: string
      month: string | null
      amount: string
      days: number
    }>(sql`
      select currency, case when payable_on <= ${on} then null
                            else least(to_char(payable_on, 'YYYY-MM'), ${last}) end as month,
             sum(amount_minor)::text as amount, count(*)::int as days
      from balance_days where account = 'earned' group by 1, 2 having sum(amount_minor) <> 0 order by 1, 2 nulls first`)
    const answer = rows.map(({ currency, month, amount }) => ({
      currency,
      month: month as Month | null, // as to_char writes it
      amountMinor: BigInt(amount),
    }))
    return { answer, dear: rows.reduce((sum, { days }) => sum + days, 0) > many }
  })
}

export const costDays = 90

export interface Cost {
  /** Of the payments and, as they are settled, of the commissions. */
  currency: string
  customers: number
  payments: number
  /** What was paid, discounts off. */
  paidMinor: bigint
  discountMinor: bigint
  /** What is left of the commissions on it. */
  commissionMinor: bigint
}

/**
 * What customers through affiliates brought in the last days, and what that cost in discounts and commissions: of payments that are
 * settled in their own currency, by the facts that their arithmetic used.
 */
export async function listCosts(actor: Actor, now: Date, db: Querying = database()): Promise<Cost[]> {
  requireViewer(actor)
  const on = dayOf(Math.floor(now.getTime() / 1000))
  return keptAnswer(db, `costs ${on}`, async () => {
    const rows = await db.execute<{
      currency: string
      customers: number
      payments: number
      paid: string
      discount: string
      commission: string
    }>(sql`
      select c.currency, count(distinct coalesce(c.customer_id, c.payment_id))::int as customers, count(*)::int as payments,
             sum((s.facts->'share'->>'paidMinor')::numeric)::text as paid,
             coalesce(round(sum((s.facts->'basis'->>'discountMinor')::numeric * (s.facts->'share'->>'paidMinor')::numeric
               / nullif((s.facts->'basis'->>'totalMinor')::numeric, 0))), 0)::text as discount,
             sum(c.remaining_minor)::text as commission
      from commissions c join settlements s on s.id = c.settlement_id
      where c.affiliate_id is not null and c.currency = c.payment_currency and c.status in ('settled', 'held')
        and c.paid_at >= ${`${addDays(on, -costDays)}T00:00:00Z`}::timestamptz
      group by 1 order by 3 desc`)
    const answer = rows.map(({ paid, discount, commission, ...row }) => ({
      ...row,
      paidMinor: BigInt(paid ?? 0),
      discountMinor: BigInt(discount),
      commissionMinor: BigInt(commission),
    }))
    return { answer, dear: rows.reduce((sum, row) => sum + row.payments, 0) > many / 4 }
  })
}

export interface RedeemedCode {
  affiliateId: string
  displayName: string
  code: string | null
  customers: number
}

/** By whose codes the most new customers came in the last days. */
export async function listRedeemed(
  actor: Actor,
  options: { now: Date; days: number; limit: number },
  db: Querying = database(),
): Promise<RedeemedCode[]> {
  requireViewer(actor)
  const from = addDays(dayOf(Math.floor(options.now.getTime() / 1000)), -options.days)
  const rows = await db.execute<{
    affiliateId: string
    displayName: string
    code: string | null
    customers: number
  }>(sql`
    select n.affiliate_id as "affiliateId", a.display_name as "displayName", n.customers,
           (select c.code from codes c where c.affiliate_id = a.id order by c.created_at, c.code limit 1) as code
    from (select affiliate_id, count(*)::int as customers from customers
          where affiliate_id is not null and since >= ${`${from}T00:00:00Z`}::timestamptz
          group by 1 order by 2 desc, 1 limit ${options.limit}) n
    join affiliates a on a.id = n.affiliate_id order by n.customers desc, a.id`)
  return [...rows]
}
