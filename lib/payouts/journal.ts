import 'server-only'
import { sql } from 'drizzle-orm'
import { reports, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import type { Month } from '@/lib/calendar'
import { decimalString } from '@/lib/money'
import { toCsv } from '@/lib/csv'

/** What moved on one account in one month, all affiliates together. */
export interface JournalRow {
  month: Month
  currency: string
  /** `affiliates:earned` and the like are all affiliates’ together. */
  account: string
  debitMinor: bigint
  creditMinor: bigint
}

/** The books by the month in which they were written, which never changes afterwards; debits and credits are equal in each. */
export async function listJournal(
  actor: Actor,
  range: { from: Month; to: Month },
  db: Querying = reports(),
): Promise<JournalRow[]> {
  requireViewer(actor)
  const rows = await db.execute<{
    month: Month
    currency: string
    account: string
    debit: string
    credit: string
  }>(sql`
    with legs as (
      select to_char(recorded_at at time zone 'UTC', 'YYYY-MM') as month, currency, debit as account, amount_minor as debit, 0 as credit
      from ledger_transfers
      union all
      select to_char(recorded_at at time zone 'UTC', 'YYYY-MM'), currency, credit, 0, amount_minor from ledger_transfers)
    select month, currency,
           case when account in ('earned', 'held', 'in_payout', 'paid') then 'affiliates:' || account else account end as account,
           sum(debit)::text as debit, sum(credit)::text as credit
    from legs where month between ${range.from} and ${range.to} group by 1, 2, 3 order by 1, 2, 3`)
  return rows.map(({ debit, credit, ...row }) => ({
    ...row,
    debitMinor: BigInt(debit),
    creditMinor: BigInt(credit),
  }))
}

/** What the programme owes its affiliates in one currency: earned, held and in payout. */
export interface Liability {
  currency: string
  /** Before the month’s first moment, and after its last. */
  beforeMinor: bigint
  afterMinor: bigint
}

export async function listLiability(
  actor: Actor,
  range: { from: Month; to: Month },
  db: Querying = reports(),
): Promise<Liability[]> {
  requireViewer(actor)
  const month = sql`to_char(recorded_at at time zone 'UTC', 'YYYY-MM')`
  const signed = sql`(case when credit in ('earned', 'held', 'in_payout') then amount_minor else 0 end
    - case when debit in ('earned', 'held', 'in_payout') then amount_minor else 0 end)`
  const rows = await db.execute<{ currency: string; before: string; after: string }>(sql`
    select currency, coalesce(sum(${signed}) filter (where ${month} < ${range.from}), 0)::text as before,
           coalesce(sum(${signed}) filter (where ${month} <= ${range.to}), 0)::text as after
    from ledger_transfers group by 1 order by 1`)
  return rows.map(({ currency, before, after }) => ({
    currency,
    beforeMinor: BigInt(before),
    afterMinor: BigInt(after),
  }))
}

/** The journal for a spreadsheet or an accountant’s program. */
export async function journalCsv(
  actor: Actor,
  range: { from: Month; to: Month },
  db: Querying = reports(),
): Promise<{ name: string; csv: string }> {
  const rows = await listJournal(actor, range, db)
  const csv = toCsv([
    ['month', 'account', 'currency', 'debit', 'credit'],
    ...rows.map(({ month, account, currency, debitMinor, creditMinor }) => [
      month,
      account,
      currency.toUpperCase(),
      decimalString(debitMinor, currency),
      decimalString(creditMinor, currency),
    ]),
  ])
  return { name: `journal-${range.from}-${range.to}.csv`, csv }
}
