import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { programmeNow } from '@/lib/clock'
import { keyset, type Key, type PageEnds, type PageWanted } from '@/lib/keyset'

export const customerStatuses = ['active', 'trial', 'past_due', 'paused', 'ended', 'once'] as const
/** By the best of their subscriptions; `once`: they have none. */
export type CustomerStatus = (typeof customerStatuses)[number]

export const customerSorts = ['since', 'mrr', 'earned'] as const
export type CustomerSort = (typeof customerSorts)[number]

export interface Amount {
  currency: string
  minor: bigint
}

export interface CustomerSummary {
  id: string
  /** j•••@g•••.com; null: not known. */
  maskedEmail: string | null
  since: Date
  status: CustomerStatus
  /** What the shop calls it; null: it has no name for it. */
  planName: string | null
  /** How often they pay, of the subscription that brings most; null: they have none. */
  interval: { unit: string; count: number } | null
  mrr: Amount[]
  /** Whole months from the first day on, up to today or to the end. */
  months: number
  /** What is left of the affiliate's commissions on their payments. */
  earned: Amount[]
}

interface Row extends Record<string, unknown> {
  id: string
  maskedEmail: string | null
  since: string
  status: CustomerStatus
  planName: string | null
  unit: string | null
  count: number | null
  mrr: { currency: string; minor: string }[]
  months: number
  earned: { currency: string; minor: string }[]
}

const largest = (amounts: SQL) =>
  sql`(select coalesce(max((m->>'minor')::numeric), 0)::bigint from jsonb_array_elements(${amounts}) m)`
const latest: Key[] = [
  { by: sql`t.since`, type: 'timestamptz' },
  { by: sql`t.id`, type: 'text' },
]
const sorts: Record<CustomerSort, Key[]> = {
  since: latest,
  mrr: [{ by: largest(sql`t.mrr`), type: 'bigint' }, ...latest],
  earned: [{ by: largest(sql`t.earned`), type: 'bigint' }, ...latest],
}

export interface OwnCustomerFilter {
  affiliateId: string
  status?: CustomerStatus | undefined
  sort?: CustomerSort | undefined
}

/**
 * The customers of one affiliate, and of no other, masked, a page at a time. Amounts of several currencies are ordered by the largest
 * figure.
 */
export async function listCustomers(
  actor: Actor,
  options: OwnCustomerFilter & PageWanted,
  db: Querying = database(),
): Promise<{ customers: CustomerSummary[] } & PageEnds> {
  requireAffiliate(actor, options.affiliateId)
  const { affiliateId, status, sort = 'since' } = options
  const now = (await programmeNow(db)).toISOString()
  const { beyond, order, limit, position, page } = keyset(sorts[sort], options)
  const found = await db.execute<Row & { position: string }>(sql`
    with theirs as (
      select c.id, c.masked_email, c.since, s.status, s.plan, s.unit, s.count, coalesce(s.mrr, '[]') as mrr,
             coalesce(e.earned, '[]') as earned, s.ended_at
      from customers c
      left join lateral (
        select case when bool_or(status in ('active', 'past_due', 'unpaid') and ended_at is null and status = 'active') then 'active'
                    when bool_or(status in ('past_due', 'unpaid') and ended_at is null) then 'past_due'
                    when bool_or(status = 'trialing' and ended_at is null) then 'trial'
                    when bool_or(status = 'paused' and ended_at is null) then 'paused'
                    when count(*) > 0 then 'ended' end as status,
               (array_agg(plan_name order by mrr_minor desc, started_at desc))[1] as plan,
               (array_agg("interval" order by mrr_minor desc, started_at desc))[1] as unit,
               (array_agg(interval_count order by mrr_minor desc, started_at desc))[1] as count,
               case when bool_and(ended_at is not null) then max(ended_at) end as ended_at,
               (select jsonb_agg(jsonb_build_object('currency', m.currency, 'minor', m.minor::text) order by m.minor desc)
                from (select currency, sum(mrr_minor) as minor from subscriptions x
                      where x.customer_id = c.id and x.mrr_minor > 0 group by currency) m) as mrr
        from subscriptions where customer_id = c.id and status not in ('incomplete', 'incomplete_expired')) s on true
      left join lateral (
        select jsonb_agg(jsonb_build_object('currency', m.currency, 'minor', m.minor::text) order by m.minor desc) as earned
        from (select currency, sum(remaining_minor) as minor from commissions x
              where x.customer_id = c.id and x.affiliate_id = c.affiliate_id and x.currency is not null
              group by currency having sum(commission_minor) > 0) m) e on true
      where c.affiliate_id = ${affiliateId})
    select id, masked_email as "maskedEmail", since::text, coalesce(status, 'once') as status, plan as "planName", unit, count, mrr, earned,
           (extract(year from age(until, since)) * 12 + extract(month from age(until, since)))::int as months,
           ${position} as position
    from theirs t, lateral (select greatest(since, least(coalesce(ended_at, ${now}::timestamptz), ${now}::timestamptz)) as until) u
    where ${status === undefined ? sql`true` : sql`coalesce(status, 'once') = ${status}`} and ${beyond}
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  return { customers: rows.map(summaryOf), ...ends }
}

function summaryOf({ since, unit, count, mrr, earned, ...row }: Row): CustomerSummary {
  const amounts = (list: Row['mrr']) =>
    list.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) }))
  return {
    ...row,
    since: new Date(since),
    interval: unit === null ? null : { unit, count: count ?? 1 },
    mrr: amounts(mrr),
    earned: amounts(earned),
  }
}
