import 'server-only'
import { parse } from 'csv-parse/sync'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { database, payouts, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { parseDecimal } from '@/lib/money'
import { isResultHeading, namedIn, readResults, type ResultRow } from './batch-rules'
import { markPaid } from './mark-paid'
import { mostResultBytes } from './schemas'

export interface ResultsTaken {
  paid: number
  /** Marked so already. */
  alreadyPaid: number
  /** Said to have failed, to have come back or to be of another amount, by payout: to be looked at one by one. */
  toLookAt: { payoutId: string; outcome: string }[]
  open: number
  /** Rows that name a payout of another run: none of them is touched. */
  otherRuns: number
  /** Rows that name no payout. */
  unknown: number
}

/**
 * Marks payouts of a run as paid by the provider's own result file, each with its reference there. The same file again changes nothing,
 * and of one that is not whole nothing is taken.
 * @param csv with a row of headings
 * @throws TributaryError invalid for what is no such file, is cut off, or is of another run
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
    .select()
    .from(payouts)
    .where(and(eq(payouts.runId, input.runId), inArray(payouts.method, ['paypal', 'wise'])))
  const known = new Map(rows.map((row) => [row.id, row]))
  const results = readResults(records, [...known.keys()])
  const otherRuns = await countOfOthers(db, input.runId, records)
  if (results.length === 0 && otherRuns > 0)
    throw new TributaryError('invalid', 'This is the result of another run.', 'csv')
  const taken: ResultsTaken = {
    paid: 0,
    alreadyPaid: 0,
    toLookAt: [],
    open: 0,
    otherRuns,
    unknown: Math.max(0, records.length - results.length - otherRuns),
  }
  const marked = new Set<string>()
  for (const result of results) {
    const payout = known.get(result.payoutId)
    if (payout === undefined) continue
    const { payoutId, reference } = result
    const verdict = verdictOn(result, { ...payout, ...(marked.has(payoutId) && { state: 'paid' as const }) })
    if (verdict === 'open') taken.open += 1
    else if (verdict === 'already') taken.alreadyPaid += 1
    else if (verdict !== 'mark') taken.toLookAt.push({ payoutId, outcome: verdict })
    else {
      await markPaid(
        actor,
        { payoutId, reference: reference === '' ? payoutId : reference },
        { ...options, db },
      )
      marked.add(payoutId)
      taken.paid += 1
    }
  }
  return taken
}

/** `mark`, `already`, `open`, or why a person has to look. */
function verdictOn(result: ResultRow, payout: typeof payouts.$inferSelect): string {
  const { outcome, amount } = result
  if (outcome === 'open') return 'open'
  if (outcome !== 'paid') return outcome
  const plain =
    amount !== null && /^\d{1,3}(,\d{3})*(\.\d+)?$/.test(amount) ? amount.replaceAll(',', '') : amount
  const said = plain === null ? null : parseDecimal(plain, payout.currency)
  if (said !== null && said !== payout.amountMinor) return `paid, but ${amount} and not what was approved`
  if (payout.state === 'paid') return 'already'
  return payout.state === 'approved' ? 'mark' : `paid, but ${payout.state} here`
}

async function countOfOthers(
  db: Database,
  runId: string,
  records: readonly Record<string, string>[],
): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(distinct id)::int as count from payouts, unnest(${sql.param(namedIn(records))}::text[]) as named
    where run_id <> ${runId} and method <> 'stripe' and named in (id, right(id, 12))`)
  return row?.count ?? 0
}

function readCsv(csv: string): Record<string, string>[] {
  const refuse = (sentence: string) => new TributaryError('invalid', sentence, 'csv')
  if (csv.length > mostResultBytes) throw refuse('This file is too large.')
  // What is no text at all, such as a spreadsheet's own format.
  if (/[\0\uFFFD]/.test(csv)) throw refuse('This is no text: save it as CSV first.')
  let rows: string[][]
  try {
    rows = parse(csv, { bom: true, skip_empty_lines: true, relax_column_count: true, trim: true })
  } catch {
    throw refuse('This is no CSV file with a row of headings, or it is cut off.')
  }
  const [headings = [], ...all] = rows
  if (!isResultHeading(headings))
    throw refuse('This has no headings that name a payout and its status: it is not the provider’s result.')
  if (all.some((row) => row.length < headings.length))
    throw refuse('A row of this file is cut off: nothing of it was taken. Download it again.')
  return all.map((row) => Object.fromEntries(headings.map((name, n) => [name, row[n] ?? ''])))
}
