import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { portalOf, requireAffiliate, requireViewer, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'
import type { PageEnds } from '@/lib/keyset'
import { payoutsInOrder, type PayoutFilter } from './payouts-in-order'
import type { PayoutState, PayoutWarning } from './rules'
import { maskedDestination, payoutDetailsSchema, type PayoutMethod } from './schemas'

/** One affiliate's money in one currency, in one run. */
export interface PayoutSummary {
  id: string
  runId: string
  affiliateId: string
  displayName: string
  handle: string
  currency: string
  amountMinor: bigint
  /** What the currency cannot be paid in, left for the next payout. */
  carriedMinor: bigint
  lineCount: number
  method: PayoutMethod
  /** Masked. */
  destination: string
  warnings: PayoutWarning[]
  state: PayoutState
  /** Why it failed, was taken out or returned, or what is not known; null: nothing to say. */
  reason: string | null
  /** Stripe's transfer, or what was written down by hand. */
  reference: string | null
  cutOffOn: Day
  /** Null: a draft. */
  approvedOn: Day | null
  paidAt: Date | null
}

interface Row extends Record<string, unknown> {
  id: string
  runId: string
  affiliateId: string
  displayName: string
  handle: string
  currency: string
  amountMinor: string
  carriedMinor: string
  lineCount: number
  method: PayoutMethod
  destination: unknown
  warnings: PayoutWarning[]
  state: PayoutState
  reason: string | null
  reference: string | null
  cutOffOn: Day
  approvedOn: Day | null
  paidAt: string | null
}

const columns = sql`
  p.id, p.run_id as "runId", p.affiliate_id as "affiliateId", a.display_name as "displayName", a.handle, p.currency,
  p.amount_minor::text as "amountMinor", p.carried_minor::text as "carriedMinor", p.line_count as "lineCount", p.method,
  p.destination, p.warnings, p.state, p.reason, p.reference, r.cut_off_on::text as "cutOffOn",
  p.approved_on::text as "approvedOn", p.paid_at as "paidAt"`
const source = sql`payouts p join payout_runs r on r.id = p.run_id join affiliates a on a.id = p.affiliate_id`

/**
 * The latest run first, a page at a time; by amounts, a run's payouts currency by currency. An affiliate sees their own, and no drafts.
 */
export async function listPayouts(
  actor: Actor,
  filter: PayoutFilter,
  db: Querying = database(),
): Promise<{ payouts: PayoutSummary[] } & PageEnds> {
  if (filter.affiliateId === undefined) requireViewer(actor)
  else requireAffiliate(actor, filter.affiliateId)
  const { from, order, limit, position, page } = payoutsInOrder(filter)
  const found = await db.execute<Row & { position: string }>(sql`
    select ${columns}, ${position} as position from ${from} join affiliates a on a.id = p.affiliate_id
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  return { payouts: rows.map(summaryOf), ...ends }
}

function summaryOf(row: Row): PayoutSummary {
  return {
    ...row,
    amountMinor: BigInt(row.amountMinor),
    carriedMinor: BigInt(row.carriedMinor),
    destination: maskedDestination(
      payoutDetailsSchema.parse({ method: row.method, destination: row.destination }),
    ),
    paidAt: row.paidAt === null ? null : new Date(row.paidAt),
  }
}

/** @throws TributaryError not_found, also for somebody else's and for an affiliate's own draft */
export async function getPayout(
  actor: Actor,
  payoutId: string,
  db: Querying = database(),
): Promise<PayoutSummary> {
  const [row] = await db.execute<Row>(sql`select ${columns} from ${source} where p.id = ${payoutId}`)
  const isOwn = portalOf(actor) !== null && portalOf(actor) === row?.affiliateId
  if (!row || !(isOwn && row.approvedOn !== null)) requireConsole(actor)
  if (!row) throw new TributaryError('not_found', 'There is no such payout.')
  return summaryOf(row)
}

function requireConsole(actor: Actor): void {
  try {
    requireViewer(actor)
  } catch {
    throw new TributaryError('not_found', 'There is no such payout.')
  }
}

/** What a payout is made of, where lines that cancel each other are left out. */
export interface StatementLine {
  kind: string
  lineKey: string
  /** Null: carried from a payout before, an adjustment, an opening balance. */
  paymentId: string | null
  invoiceId: string | null
  earnedOn: Day
  payableOn: Day
  /** Positive to the affiliate. */
  amountMinor: bigint
  /** What an adjustment was for; null: a line of another kind. */
  note: string | null
}

export interface Statement {
  payout: PayoutSummary
  lines: StatementLine[]
  /** What all lines add up to: the amount and what is carried to the next payout. */
  sumMinor: bigint
}

/** The lines of a payout, which add up to its amount and what is carried. Of a draft there are none yet. */
export async function getStatement(
  actor: Actor,
  payoutId: string,
  db: Querying = database(),
): Promise<Statement> {
  const payout = await getPayout(actor, payoutId, db)
  const rows = await db.execute<Omit<StatementLine, 'amountMinor'> & { amountMinor: string }>(sql`
    select (array_agg(kind order by transfer_id))[1] as kind, line_key as "lineKey", payment_id as "paymentId", invoice_id as "invoiceId",
           earned_on::text as "earnedOn", payable_on::text as "payableOn", sum(amount_minor)::text as "amountMinor",
           (select reason from adjustments a where line_key = 'adjustment:' || a.id) as note
    from payout_lines where payout_id = ${payoutId}
    group by line_key, payment_id, invoice_id, earned_on, payable_on having sum(amount_minor) <> 0
    order by earned_on, payable_on, payment_id nulls first, line_key`)
  const lines = rows.map((row) => ({ ...row, amountMinor: BigInt(row.amountMinor) }))
  return { payout, lines, sumMinor: lines.reduce((sum, line) => sum + line.amountMinor, 0n) }
}
