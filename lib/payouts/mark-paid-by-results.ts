import 'server-only'
import { parse } from 'csv-parse/sync'
import { and, eq, inArray } from 'drizzle-orm'
import { database, payouts, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { readResults } from './batch-rules'
import { markPaid } from './mark-paid'

export interface ResultsTaken {
  paid: number
  /** Marked so already. */
  alreadyPaid: number
  /** Said to have failed or come back, by payout: to be looked at one by one. */
  toLookAt: { payoutId: string; outcome: string }[]
  open: number
  /** Rows that name no payout of this run. */
  unknown: number
}

const mostCharacters = 5_000_000

/**
 * Marks payouts of a run as paid by the provider's own result file, each with its reference there. The same file again changes nothing.
 * @param csv with a row of headings
 * @throws TributaryError invalid for what is no such file
 */
export async function markPaidByResults(
  actor: Actor,
  input: { runId: string; csv: string },
  options: { db?: Database; now?: Date } = {},
): Promise<ResultsTaken> {
  requireRole(actor, 'finance', 'admin')
  const db = options.db ?? database()
  const records = readCsv(input.csv)
  const rows = await db
    .select({ id: payouts.id, state: payouts.state })
    .from(payouts)
    .where(and(eq(payouts.runId, input.runId), inArray(payouts.method, ['paypal', 'wise'])))
  const stateOf = new Map(rows.map(({ id, state }) => [id, state]))
  const results = readResults(records, [...stateOf.keys()])
  const taken: ResultsTaken = {
    paid: 0,
    alreadyPaid: 0,
    toLookAt: [],
    open: 0,
    unknown: records.length - results.length,
  }
  for (const { payoutId, outcome, reference } of results) {
    const state = stateOf.get(payoutId)
    if (outcome === 'open') taken.open += 1
    else if (outcome !== 'paid') taken.toLookAt.push({ payoutId, outcome })
    else if (state === 'paid') taken.alreadyPaid += 1
    else if (state !== 'approved') taken.toLookAt.push({ payoutId, outcome: `paid, but ${state} here` })
    else {
      await markPaid(
        actor,
        { payoutId, reference: reference === '' ? payoutId : reference },
        { ...options, db },
      )
      stateOf.set(payoutId, 'paid')
      taken.paid += 1
    }
  }
  return taken
}

function readCsv(csv: string): Record<string, string>[] {
  if (csv.length > mostCharacters) throw new TributaryError('invalid', 'This file is too large.', 'csv')
  try {
    return parse(csv, {
      columns: true,
      bom: true,
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true,
    })
  } catch {
    throw new TributaryError('invalid', 'This is no CSV file with a row of headings.', 'csv')
  }
}
