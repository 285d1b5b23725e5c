import 'server-only'
import { asc, eq, sql, type SQL } from 'drizzle-orm'
import { balanceDays, database, ledgerTransfers, type Querying } from '@/db'
import { requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import type { Day, Month } from '@/lib/calendar'

/** An affiliate's figures in one currency on a day, in minor units; they add up to `lifetimeMinor`. */
export interface Balance {
  currency: string
  payableMinor: bigint
  pendingMinor: bigint
  scheduledMinor: bigint
  heldMinor: bigint
  inPayoutMinor: bigint
  paidMinor: bigint
  lifetimeMinor: bigint
  /** The next day on which something pending becomes payable; null: nothing is pending. */
  nextPayableOn: Day | null
  /** First and last day on which something scheduled is earned; null: nothing is scheduled. */
  nextEarnedOn: Day | null
  lastEarnedOn: Day | null
}

/** For any day, past or future, as known now. The currency that earned most often comes first. */
export async function getBalances(
  actor: Actor,
  affiliateId: string,
  on: Day,
  db: Querying = database(),
): Promise<Balance[]> {
  requireAffiliate(actor, affiliateId)
  const { account, earnedOn, payableOn, amountMinor, currency } = balanceDays
  const total = (condition: SQL) =>
    sql<bigint>`coalesce(sum(${amountMinor}) filter (where ${condition}), 0)::text`.mapWith(BigInt)
  const pending = sql`${account} = 'earned' and ${earnedOn} <= ${on} and ${payableOn} > ${on}`
  const scheduled = sql`${account} = 'earned' and ${earnedOn} > ${on}`
  const moving = (condition: SQL) => sql`filter (where ${condition} and ${amountMinor} <> 0)`
  return db
    .select({
      currency,
      payableMinor: total(sql`${account} = 'earned' and ${earnedOn} <= ${on} and ${payableOn} <= ${on}`),
      pendingMinor: total(pending),
      scheduledMinor: total(scheduled),
      heldMinor: total(sql`${account} = 'held'`),
      inPayoutMinor: total(sql`${account} = 'in_payout'`),
      paidMinor: total(sql`${account} = 'paid'`),
      lifetimeMinor: total(sql`true`),
      nextPayableOn: sql<Day | null>`(min(${payableOn}) ${moving(pending)})::text`,
      nextEarnedOn: sql<Day | null>`(min(${earnedOn}) ${moving(scheduled)})::text`,
      lastEarnedOn: sql<Day | null>`(max(${earnedOn}) ${moving(scheduled)})::text`,
    })
    .from(balanceDays)
    .where(eq(balanceDays.affiliateId, affiliateId))
    .groupBy(currency)
    .orderBy(sql`count(*) desc`, asc(currency))
}

export interface MonthEarnings {
  currency: string
  month: Month
  /** Instalments, adjustments and opening balances earned in the month. */
  earnedMinor: bigint
  /** Taken back by refunds, disputes, cancelling and verdicts; positive. */
  reversedMinor: bigint
}

/**
 * By the day on which each line is earned, months to come too, held lines too; oldest first. From the roll-ups, so that it costs as
 * many days as there are, not lines: moves between an affiliate's own accounts add up to nothing.
 */
export async function listEarningsByMonth(
  actor: Actor,
  affiliateId: string,
  range: { from: Month; to: Month },
  db: Querying = database(),
): Promise<MonthEarnings[]> {
  requireAffiliate(actor, affiliateId)
  const within = sql`affiliate_id = ${affiliateId} and earned_on >= ${`${range.from}-01`}::date
    and earned_on < ${`${range.to}-01`}::date + interval '1 month'`
  const rows = await db.execute<{ currency: string; month: Month; net: string; reversed: string }>(sql`
    select currency, to_char(earned_on, 'YYYY-MM') as month, sum(amount)::text as net, sum(reversed)::text as reversed
    from (select currency, earned_on, amount_minor as amount, 0 as reversed from balance_days where ${within}
          union all
          select currency, earned_on, 0, amount_minor from reversal_days where ${within}) as day
    group by 1, 2 having sum(amount) <> 0 or sum(reversed) <> 0 order by 2, 1`)
  return rows.map(({ currency, month, net, reversed }) => {
    const reversedMinor = BigInt(reversed)
    return { currency, month, earnedMinor: BigInt(net) + reversedMinor, reversedMinor }
  })
}

export interface LedgerLineRow {
  id: bigint
  recordedAt: Date
  occurredAt: Date
  earnedOn: Day
  payableOn: Day
  debit: string
  credit: string
  currency: string
  amountMinor: bigint
  lineKey: string
  kind: string
}

/** A payment's lines as they stand in the ledger, in the order in which they were written. */
export async function listLinesOfPayment(
  actor: Actor,
  paymentId: string,
  db: Querying = database(),
): Promise<LedgerLineRow[]> {
  requireViewer(actor)
  const rows = await db
    .select()
    .from(ledgerTransfers)
    // As the index has it.
    .where(eq(sql`coalesce(${ledgerTransfers.paymentId}, '')`, paymentId))
    .orderBy(asc(ledgerTransfers.id))
  return rows.map((row) => ({
    id: row.id,
    recordedAt: row.recordedAt,
    occurredAt: row.occurredAt,
    earnedOn: row.earnedOn as Day, // a `date` column in text form
    payableOn: row.payableOn as Day, // as above
    debit: row.debit,
    credit: row.credit,
    currency: row.currency,
    amountMinor: row.amountMinor,
    lineKey: row.lineKey,
    kind: row.kind,
  }))
}
