import { sql } from 'drizzle-orm'
import { paymentTraits, type Transaction } from '@/db'
import type { Day } from '@/lib/calendar'
import type { Surroundings } from './rules'

interface Row extends Record<string, unknown> {
  paymentId: string
  affiliateId: string
  paidAt: string
  customersOnCard: number | null
  today: number | null
  on: Day | null
  days: number | null
  before: number | null
  returned: number
  paid: number
  programmeReturned: number
  programmePaid: number
}

/**
 * What stands around each of these payments that is anybody's. Counts end where more would change no answer, and what is dear to
 * count is counted only where it can matter.
 * @param bounds the highest number of customers on a card that a rule asks for; the lowest number of new customers a day
 */
export async function loadSurroundings(
  tx: Transaction,
  paymentIds: readonly string[],
  bounds: { mostOnCard: number; fewestToday: number },
): Promise<Surroundings[]> {
  if (paymentIds.length === 0) return []
  const rows = await tx.execute<Row>(sql`
    select p.payment_id as "paymentId", p.affiliate_id as "affiliateId", extract(epoch from p.paid_at)::bigint as "paidAt",
      case when p.card_fingerprint is not null then (
        select count(*)::int from (
          select distinct coalesce(o.customer_id, o.payment_id) as buyer from ${paymentTraits} o
          where o.card_fingerprint = p.card_fingerprint and o.affiliate_id = p.affiliate_id
            and (o.paid_at, o.payment_id) <= (p.paid_at, p.payment_id)
          order by buyer limit ${bounds.mostOnCard}) as buyers) end as "customersOnCard",
      brought.today, to_char(c.since at time zone 'UTC', 'YYYY-MM-DD') as "on", history.days, history.before, back.returned,
      case when back.returned >= 5 then (
        select count(*)::int from ${paymentTraits} o where o.affiliate_id = p.affiliate_id
          and o.paid_at < p.paid_at and o.paid_at >= p.paid_at - interval '90 days') else 0 end as paid,
      case when back.returned >= 5 then (
        select count(*)::int from ${paymentTraits} o where o.affiliate_id is not null
          and o.returned_at < p.paid_at and o.returned_at >= p.paid_at - interval '90 days') else 0 end as "programmeReturned",
      case when back.returned >= 5 then (
        select count(*)::int from ${paymentTraits} o where o.affiliate_id is not null
          and o.paid_at < p.paid_at and o.paid_at >= p.paid_at - interval '90 days') else 0 end as "programmePaid"
    from ${paymentTraits} p
    left join customers c on c.id = p.customer_id and c.affiliate_id = p.affiliate_id
      and not exists (
        select from ${paymentTraits} e where e.customer_id = p.customer_id and e.affiliate_id = p.affiliate_id
          and (e.paid_at, e.payment_id) < (p.paid_at, p.payment_id))
    left join lateral (
      select count(*)::int as today from customers o
      where c.id is not null and o.affiliate_id = c.affiliate_id and o.first_paid_at is not null
        and o.since >= date_trunc('day', c.since, 'UTC') and (o.since, o.id) <= (c.since, c.id)) as brought on c.id is not null
    left join lateral (
      select count(*)::int as before,
             least(90, greatest(1, (c.since at time zone 'UTC')::date - (min(o.since) at time zone 'UTC')::date))::int as days
      from customers o
      where brought.today > ${bounds.fewestToday} and o.affiliate_id = c.affiliate_id
        and o.first_paid_at is not null and o.since < date_trunc('day', c.since, 'UTC')
        and o.since >= date_trunc('day', c.since, 'UTC') - interval '90 days') as history on c.id is not null
    left join lateral (
      select count(*)::int as returned from ${paymentTraits} o
      where c.id is not null and o.affiliate_id = p.affiliate_id
        and o.returned_at < p.paid_at and o.returned_at >= p.paid_at - interval '90 days') as back on true
    where p.payment_id = any(${sql.param([...paymentIds])}::text[]) and p.affiliate_id is not null`)
  return rows.map(surroundingsOf)
}

function surroundingsOf(row: Row): Surroundings {
  const { paymentId, affiliateId, paidAt, customersOnCard, today, on } = row
  const common = { paymentId, affiliateId, paidAt: Number(paidAt), customersOnCard }
  if (today === null || on === null) return { ...common, brought: null }
  return {
    ...common,
    brought: {
      today,
      on,
      days: row.days ?? 1,
      before: row.before ?? 0,
      affiliate: { paid: row.paid, returned: row.returned },
      programme: { paid: row.programmePaid, returned: row.programmeReturned },
    },
  }
}
