import { sql, type SQL } from 'drizzle-orm'
import type { Database } from '@/db'
import { replayBooks } from '@/lib/intake/replay'
import type { Affiliate, Cell } from '../model/facts'
import type { Books } from './books'

const system = { kind: 'system', job: 'test' } as const

type Row = Omit<Cell, 'amount'> & { amount: string } & Record<string, unknown>

/** What the ledger says; what comes to nothing is left out. */
export const ledgerOf = (db: Database, affiliates: readonly Affiliate[]): Promise<Cell[]> =>
  cellsOf(
    db,
    affiliates,
    sql`(
      select affiliate_id, currency, debit as account, earned_on, payable_on, -amount_minor as amount_minor from ledger_transfers
      union all
      select affiliate_id, currency, credit, earned_on, payable_on, amount_minor from ledger_transfers
    ) sides`,
  )

/** The same from the roll-ups. */
export const rollUpsOf = (db: Database, affiliates: readonly Affiliate[]): Promise<Cell[]> =>
  cellsOf(db, affiliates, sql`balance_days`)

async function cellsOf(db: Database, affiliates: readonly Affiliate[], from: SQL): Promise<Cell[]> {
  const rows = await db.execute<Row>(sql`
    select affiliate_id as "affiliateId", currency, account, earned_on::text as "earnedOn",
           payable_on::text as "payableOn", sum(amount_minor)::text as amount
    from ${from}
    where account in ('earned', 'held', 'in_payout', 'paid') and affiliate_id in ${affiliates.map((each) => each.id)}
    group by 1, 2, 3, 4, 5 having sum(amount_minor) <> 0`)
  return rows.map((row) => ({ ...row, amount: BigInt(row.amount) }))
}

export async function rowsOf(db: Database): Promise<string> {
  const [row] = await db.execute<{ count: string }>(sql`select count(*)::text as count from ledger_transfers`)
  return row?.count ?? ''
}

/** Payouts and reviews move money from account to account: what they leave as it was is the sum of these, day by day. */
export function onAnyAccount(cells: readonly Cell[]): Cell[] {
  const sums = new Map<string, Cell>()
  for (const cell of cells) {
    const key = [cell.affiliateId, cell.currency, cell.earnedOn, cell.payableOn].join(' ')
    sums.set(key, { ...cell, account: 'earned', amount: cell.amount + (sums.get(key)?.amount ?? 0n) })
  }
  return [...sums.values()].filter((cell) => cell.amount !== 0n)
}

/** @throws Error with what only one of them says */
export function sayDifferences(
  what: string,
  affiliates: readonly Affiliate[],
  { books, model }: { books: readonly Partial<Cell>[]; model: readonly Partial<Cell>[] },
): void {
  const [said, expected] = [inWords(books, affiliates), inWords(model, affiliates)]
  const only = (these: readonly string[], those: readonly string[], who: string) =>
    these.filter((each) => !those.includes(each)).map((each) => `${who} alone: ${each}`)
  const all = [...only(said, expected, 'books'), ...only(expected, said, 'model')].toSorted()
  if (all.length > 0) throw new Error(`${what} and the model disagree:\n${all.join('\n')}`)
}

/** The ledger once more from its facts, in an order drawn by lot, with what is out in payouts. */
export async function sayReplayed({ database }: Books, seed: number): Promise<void> {
  const order = { kind: 'random', seed: String(seed) } as const
  const { differences } = await replayBooks(system, { url: database.migrateUrl, order, batch: 7 })
  if (differences.length > 0)
    throw new Error(`The books and their replay disagree:\n${differences.join('\n')}`)
}

/** Affiliates by their number, so that the same history reads the same in every run. */
function inWords(cells: readonly Partial<Cell>[], affiliates: readonly Affiliate[]): string[] {
  return cells.map(({ affiliateId, account, currency, earnedOn, payableOn, amount }) => {
    const number = affiliates.findIndex((each) => each.id === affiliateId)
    const days = earnedOn === undefined ? '' : ` earned ${earnedOn} payable ${payableOn}`
    return `${number} ${account ?? 'gets'} ${currency}${days}: ${amount}`
  })
}
