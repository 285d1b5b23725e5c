import type { PgTable } from 'drizzle-orm/pg-core'
import {
  anomalyMarks,
  anomalySignals,
  balanceDays,
  commissions,
  customers,
  evidence,
  facts,
  inboxWork,
  invoices,
  ledgerTransfers,
  payments,
  paymentTraits,
  reversalDays,
  settlements,
  subscriptionMrr,
  subscriptions,
  waits,
  type Connection,
} from '@/db'
import { timed } from './figure'

/** All that settling writes; of the inbox the work, whose every row it brings to its end. */
const tables: PgTable[] = [
  facts,
  evidence,
  invoices,
  customers,
  payments,
  subscriptions,
  subscriptionMrr,
  paymentTraits,
  anomalySignals,
  anomalyMarks,
  settlements,
  commissions,
  ledgerTransfers,
  balanceDays,
  reversalDays,
  waits,
  inboxWork,
]

/**
 * The rows that settling left, written again without a thought, by Drizzle, 200 a transaction: the floor under any settlement. What was
 * written twice on the way (a payment that waited for its fee) counts once.
 * @returns seconds for the inserts alone
 */
export async function copyRows(from: Connection, to: Connection): Promise<{ seconds: number; rows: number }> {
  let [seconds, count] = [0, 0]
  for (const table of tables) {
    const rows: object[] = await from.db.select().from(table)
    count += rows.length
    seconds += await timed(() => insertAll(to, table, rows))
  }
  return { seconds, rows: count }
}

async function insertAll({ db }: Connection, table: PgTable, rows: readonly object[]): Promise<void> {
  const own = 'id' in table && rows.some((row) => 'id' in row && typeof row.id !== 'string')
  for (let from = 0; from < rows.length; from += 200) {
    const part = rows.slice(from, from + 200).map((row) => (own ? { ...row, id: undefined } : row))
    await db.transaction((tx) => tx.insert(table).values(part))
  }
}
