import 'server-only'
import { and, count, countDistinct, eq, gt, isNotNull, sql, sum } from 'drizzle-orm'
import { customers, database, meteredRevenue, subscriptions, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import { addMonths, type Month } from '@/lib/calendar'
import { keptAnswer } from '@/lib/kept-answer'
import { movementsOf, type MrrMonth, type MrrState } from './movements'
import type { PaidUsage } from './usage'

/** So many subscriptions, or states of them, take tens of milliseconds to read. */
const many = 2_000

export interface RecurringRevenue {
  currency: string
  mrrMinor: bigint
  subscriptions: number
  /** Customers with at least one of them. */
  customers: number
}

/**
 * What an affiliate's customers pay a month now, per currency, the largest number of subscriptions first. As movements are, a star's is
 * up to minutes old.
 */
export async function listRecurringRevenue(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<RecurringRevenue[]> {
  requireAffiliate(actor, affiliateId)
  return keptAnswer(db, `revenue ${affiliateId}`, async () => {
    const answer = await readRevenue(db, affiliateId)
    return { answer, dear: answer.some((row) => row.subscriptions > many) }
  })
}

async function readRevenue(db: Querying, affiliateId: string): Promise<RecurringRevenue[]> {
  const rows = await db
    .select({
      currency: subscriptions.currency,
      mrr: sum(subscriptions.mrrMinor),
      subscriptions: count(),
      customers: countDistinct(subscriptions.customerId),
    })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(and(eq(customers.affiliateId, affiliateId), gt(subscriptions.mrrMinor, 0n)))
    .groupBy(subscriptions.currency)
  return rows
    .map(({ mrr, ...row }) => ({ ...row, mrrMinor: BigInt(mrr ?? 0) }))
    .toSorted((a, b) => b.subscriptions - a.subscriptions || a.currency.localeCompare(b.currency))
}

/** How many customers belong to an affiliate, paying or not. */
export async function countCustomers(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<number> {
  requireAffiliate(actor, affiliateId)
  const [row] = await db
    .select({ count: count() })
    .from(customers)
    .where(eq(customers.affiliateId, affiliateId))
  return row?.count ?? 0
}

/**
 * What an affiliate's customers brought a month at each month's end, and what changed in it, by whose they are now; null: of the
 * whole programme, by the customers who belong to anybody. Oldest first, every month of the range for each of its currencies. Where
 * that takes long it is up to minutes old: it is read off every subscription's life, since a customer who moves takes the past along.
 */
export async function listMrrMovements(
  actor: Actor,
  affiliateId: string | null,
  range: { from: Month; to: Month },
  db: Querying = database(),
): Promise<MrrMonth[]> {
  if (affiliateId === null) requireViewer(actor)
  else requireAffiliate(actor, affiliateId)
  return keptAnswer(db, `movements ${affiliateId} ${range.from} ${range.to}`, async () => {
    const states = await readStates(db, affiliateId, range.to)
    const answer = movementsOf(states, range, await readUsage(db, affiliateId))
    return { answer, dear: states.length > many }
  })
}

/**
 * The states that changed something. Every renewal leaves one that says what the one before it said; it is left out, unless either
 * shares its second with others: which of those counts is not for this statement to say. Windows run in the order of the unique
 * index, before customers are joined: a programme of 50,000 subscriptions is read in a second, an affiliate in milliseconds.
 */
async function readStates(db: Querying, affiliateId: string | null, to: Month): Promise<MrrState[]> {
  const theirs =
    affiliateId === null
      ? sql``
      : sql`and customer_id in (select id from customers where affiliate_id = ${affiliateId})`
  const rows = await db.execute<
    Record<'id' | 'customer' | 'currency' | 'at' | 'since' | 'mrr' | 'status', string>
  >(sql`
    with following as (
      select subscription_id, customer_id, currency, status, mrr_minor, at, lag(mrr_minor) over one as before,
             lag(at) over one as at_before, lag(at, 2) over one as at_two_before, lead(at) over one as at_after
      from subscription_mrr
      where at < ${`${addMonths(`${to}-01`, 1)}T00:00:00Z`}::timestamptz ${theirs}
      window one as (partition by subscription_id order by at)
    )
    select subscription_id as id, customer_id as customer, currency, status, mrr_minor::text as mrr,
           (extract(epoch from at) * 1000)::bigint::text as at, (extract(epoch from c.since) * 1000)::bigint::text as since
    from following join customers c on c.id = customer_id and c.affiliate_id is not null
    where status in ('canceled', 'incomplete_expired') or before is distinct from mrr_minor
      or at in (at_before, at_after) or at_before = at_two_before
      or subscription_id in (select subscription_id from metered_revenue)`)
  return rows.map((row) => ({
    subscriptionId: row.id,
    customerId: row.customer,
    currency: row.currency,
    at: new Date(Number(row.at)),
    since: new Date(Number(row.since)),
    mrrMinor: BigInt(row.mrr),
    status: row.status,
  }))
}

async function readUsage(db: Querying, affiliateId: string | null): Promise<Map<string, PaidUsage[]>> {
  const { subscriptionId, periodStart, periodEnd, paidAt, netMinor } = meteredRevenue
  const rows = await db
    .select({ subscriptionId, periodStart, periodEnd, paidAt, netMinor })
    .from(meteredRevenue)
    .innerJoin(customers, eq(customers.id, meteredRevenue.customerId))
    .where(affiliateId === null ? isNotNull(customers.affiliateId) : eq(customers.affiliateId, affiliateId))
  const usage = new Map<string, PaidUsage[]>()
  const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
  for (const row of rows) {
    const of = { periodStart: seconds(row.periodStart), periodEnd: seconds(row.periodEnd) }
    const paid = { ...of, paidAt: seconds(row.paidAt), netMinor: row.netMinor }
    usage.set(row.subscriptionId, [...(usage.get(row.subscriptionId) ?? []), paid])
  }
  return usage
}
