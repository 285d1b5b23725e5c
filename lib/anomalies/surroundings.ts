import { sql } from 'drizzle-orm'
import { paymentTraits, type Transaction } from '@/db'
import type { Day } from '@/lib/calendar'
import type { Surroundings } from './rules'

interface Row extends Record<string, unknown> {
  paymentId: string
  affiliateId: string
  paidAt: string
  paidOn: Day
  customersOnCard: number | null
  today: number | null
  on: Day | null
  days: number | null
  before: number | null
}

/**
 * What stands around each of these payments that is anybody's. Counts end where more would change no answer; a day is counted once
 * for all who came on it, and the days before it only where so many came that they matter.
 * @param bounds the highest number of customers on a card that a rule asks for; the lowest number of new customers a day
 */
export async function loadSurroundings(
  tx: Transaction,
  paymentIds: readonly string[],
  bounds: { mostOnCard: number; fewestToday: number },
): Promise<Surroundings[]> {
  if (paymentIds.length === 0) return []
  const rows = await tx.execute<Row>(sql`
    with asked as (
      select p.payment_id, p.affiliate_id, p.paid_at, p.card_fingerprint, c.id as customer_id, c.since,
             date_trunc('day', c.since, 'UTC') as day
      from ${paymentTraits} p
      left join customers c on c.id = p.customer_id and c.affiliate_id = p.affiliate_id
        and not exists (
          select from ${paymentTraits} e where e.customer_id = p.customer_id and e.affiliate_id = p.affiliate_id
            and (e.paid_at, e.payment_id) < (p.paid_at, p.payment_id))
      where p.payment_id = any(${sql.param([...paymentIds])}::text[]) and p.affiliate_id is not null),
    days as (select distinct affiliate_id, day from asked where customer_id is not null),
    arrivals as (
      select o.id, d.affiliate_id, d.day, (count(*) filter (where o.first_paid_at is not null) over (
               partition by d.affiliate_id, d.day order by o.since, o.id))::int as today
      from days d
      join customers o on o.affiliate_id = d.affiliate_id and o.since >= d.day and o.since < d.day + interval '1 day'),
    crowded as (select affiliate_id, day from arrivals group by affiliate_id, day having max(today) > ${bounds.fewestToday}),
    histories as (
      select d.affiliate_id, d.day, h.before,
             least(90, greatest(1, (d.day at time zone 'UTC')::date - (h.first at time zone 'UTC')::date))::int as days
      from crowded d
      cross join lateral (
        select count(*)::int as before, min(o.since) as first from customers o
        where o.affiliate_id = d.affiliate_id and o.first_paid_at is not null
          and o.since < d.day and o.since >= d.day - interval '90 days') as h)
    select a.payment_id as "paymentId", a.affiliate_id as "affiliateId", extract(epoch from a.paid_at)::bigint as "paidAt",
      to_char(a.paid_at at time zone 'UTC', 'YYYY-MM-DD') as "paidOn",
      case when a.card_fingerprint is not null then (
        select count(*)::int from (
          select distinct coalesce(o.customer_id, o.payment_id) as buyer from ${paymentTraits} o
          where o.card_fingerprint = a.card_fingerprint and o.affiliate_id = a.affiliate_id
            and (o.paid_at, o.payment_id) <= (a.paid_at, a.payment_id)
          order by buyer limit ${bounds.mostOnCard}) as buyers) end as "customersOnCard",
      brought.today, to_char(a.since at time zone 'UTC', 'YYYY-MM-DD') as "on", history.days, history.before
    from asked a
    left join arrivals brought on brought.id = a.customer_id
    left join histories history on history.affiliate_id = a.affiliate_id and history.day = a.day`)
  const rates = await loadRates(
    tx,
    [...rows].filter(({ today }) => today !== null),
  )
  return rows.map((row) => surroundingsOf(row, rates))
}

interface Rate {
  paid: number
  returned: number
}

/** By `affiliate day`, and by `day` for all of the programme: of the 90 days before. */
type Rates = ReadonlyMap<string, Rate>

/** Fewer that went back are no rate: see the rule. */
const worthCounting = 5

/** What went back in the 90 days before each day, and what was paid where enough did. */
async function loadRates(tx: Transaction, rows: readonly Row[]): Promise<Rates> {
  const days = [...new Set(rows.map(({ paidOn }) => paidOn))]
  const wanted = new Set(rows.map(({ affiliateId, paidOn }) => `${affiliateId} ${paidOn}`))
  const returned = await count(tx, 'returned_at', days)
  const dear = new Set(
    returned
      .filter((row) => row.count >= worthCounting && wanted.has(`${row.affiliateId} ${row.day}`))
      .map(({ day }) => day),
  )
  const paid = await count(tx, 'paid_at', [...dear])
  const rates = new Map<string, Rate>()
  for (const [rowsOf, name] of [[returned, 'returned'] as const, [paid, 'paid'] as const]) {
    for (const { affiliateId, day, count: many } of rowsOf) {
      for (const key of [`${affiliateId} ${day}`, day]) {
        const rate = rates.get(key) ?? { paid: 0, returned: 0 }
        rates.set(key, { ...rate, [name]: rate[name] + many })
      }
    }
  }
  return rates
}

async function count(
  tx: Transaction,
  column: 'paid_at' | 'returned_at',
  days: readonly Day[],
): Promise<{ affiliateId: string; day: Day; count: number }[]> {
  if (days.length === 0) return []
  const time = sql.identifier(column)
  const rows = await tx.execute<{ affiliateId: string; day: Day; count: number }>(sql`
    select o.affiliate_id as "affiliateId", d.day, count(*)::int as count
    from unnest(${sql.param([...days])}::text[]) as d (day)
    join ${paymentTraits} o on o.affiliate_id is not null
      and o.${time} < d.day::timestamp at time zone 'UTC'
      and o.${time} >= d.day::timestamp at time zone 'UTC' - interval '90 days'
    group by o.affiliate_id, d.day`)
  return [...rows]
}

const none: Rate = { paid: 0, returned: 0 }

function surroundingsOf(row: Row, rates: Rates): Surroundings {
  const { paymentId, affiliateId, paidAt, paidOn, customersOnCard, today, on } = row
  const common = { paymentId, affiliateId, paidAt: Number(paidAt), customersOnCard }
  if (today === null || on === null) return { ...common, brought: null }
  return {
    ...common,
    brought: {
      today,
      on,
      days: row.days ?? 1,
      before: row.before ?? 0,
      affiliate: rates.get(`${affiliateId} ${paidOn}`) ?? none,
      programme: rates.get(paidOn) ?? none,
    },
  }
}
