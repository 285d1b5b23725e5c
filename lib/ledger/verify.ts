import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Database, type Transaction } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { balanceInvariants } from './invariants/balances'
import { commissionInvariants } from './invariants/commissions'
import type { Invariant } from './invariants/invariant'
import { payoutInvariants } from './invariants/payouts'
import { ownsTheLedger, recordInvariants } from './invariants/record'
import { verdictInvariants } from './invariants/verdicts'

export interface Verdict {
  name: string
  /** What is true if it holds. */
  sentence: string
  holds: boolean
  /** How many things break it. */
  count: number
  /** The first twenty of them. */
  rows: string[]
  /** What else is to be known; null: nothing. */
  note: string | null
}

export const invariants: readonly Invariant[] = [
  ...balanceInvariants,
  ...commissionInvariants,
  ...verdictInvariants,
  ...payoutInvariants,
  ...recordInvariants,
]

const mostRows = 20

/**
 * Audits the books as they are at one moment, while they go on being written. The database does the sums, so memory here does
 * not grow with them.
 */
export async function verifyBooks(actor: Actor, options: { db?: Database } = {}): Promise<Verdict[]> {
  requireViewer(actor)
  return (options.db ?? database()).transaction(
    async (tx) => {
      const [owner] = await tx.execute<{ owns: boolean }>(ownsTheLedger)
      const verdicts: Verdict[] = []
      for (const invariant of invariants) verdicts.push(await judge(tx, invariant, owner?.owns ?? false))
      return verdicts
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function judge(tx: Transaction, invariant: Invariant, isOwner: boolean): Promise<Verdict> {
  const { name, sentence, broken } = invariant
  const found = await tx.execute<{ row: string; count: string }>(
    sql`select row, count(*) over () as count from (${broken}) as broken limit ${mostRows}`,
  )
  const restsOnTriggers = isOwner && name === 'application_may_not_change_the_record'
  return {
    name,
    sentence,
    holds: found.length === 0,
    count: Number(found[0]?.count ?? 0),
    rows: found.map(({ row }) => row),
    note: restsOnTriggers
      ? 'The application’s login owns the tables: append-only rests on triggers alone.'
      : null,
  }
}
