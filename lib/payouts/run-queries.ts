import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import type { Day } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { countPayouts, type CountOfPayouts } from './count-payouts'
import { runDigest } from './run-digest'
import { runStateOf, type LeftOutReason, type PayoutState, type RunState } from './rules'

export interface RunTotal {
  currency: string
  payouts: number
  amountMinor: bigint
  paidMinor: bigint
}

export interface PayoutRunSummary {
  id: string
  state: RunState
  cutOffOn: Day
  /** Null: all. */
  currencies: string[] | null
  draftedAt: Date
  draftedBy: string
  approvedAt: Date | null
  approvedBy: string | null
  /** The approver was the only administrator. */
  soleAdministrator: boolean
  sendingSince: Date | null
  /** Why sending was stopped; null: it was not. */
  stopped: string | null
  /** By state, those that were taken out too. */
  counts: Partial<Record<PayoutState, number>>
  /** Without those that were taken out, failed or came back. */
  totals: RunTotal[]
}

interface Row extends Record<string, unknown> {
  id: string
  state: 'draft' | 'approved' | 'discarded'
  cutOffOn: Day
  currencies: string[] | null
  draftedAt: string
  draftedBy: string
  approvedAt: string | null
  approvedBy: string | null
  soleAdministrator: boolean
  sendingSince: string | null
  stopped: string | null
}

const columns = sql`
  r.id, r.state, r.cut_off_on::text as "cutOffOn", r.currencies, r.drafted_at as "draftedAt",
  coalesce(d.email, r.drafted_by) as "draftedBy", r.approved_at as "approvedAt", coalesce(b.email, r.approved_by) as "approvedBy",
  r.sole_administrator as "soleAdministrator", r.sending_since as "sendingSince", r.stopped`
const source = sql`payout_runs r left join administrators d on d.id = r.drafted_by left join administrators b on b.id = r.approved_by`

export interface RunFilter extends PageWanted {
  state?: 'draft' | 'approved' | undefined
}

/** The latest draft first, a page at a time. */
export async function listPayoutRuns(
  actor: Actor,
  filter: RunFilter,
  db: Querying = database(),
): Promise<{ runs: PayoutRunSummary[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`r.drafted_at`, type: 'timestamptz' },
      { by: sql`r.id`, type: 'text' },
    ],
    filter,
  )
  const inState = filter.state === undefined ? sql`r.state <> 'discarded'` : sql`r.state = ${filter.state}`
  const found = await db.execute<Row & { position: string }>(sql`
    select ${columns}, ${position} as position from ${source} where ${inState} and ${beyond}
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  return { runs: await summariesOf(db, rows), ...ends }
}

export interface PayoutRun extends PayoutRunSummary {
  /** Of what is looked at: approving asks for it back. */
  digest: string
  warned: number
  leftOut: number
  /** What the asker's approval would be: `own_draft` needs another's. */
  approvalBy: 'second_person' | 'sole_administrator' | 'own_draft'
  /** The approved run before, in the same currencies; null: this is the first. */
  before: { id: string; cutOffOn: Day; totals: RunTotal[] } | null
}

/** @throws TributaryError not_found */
export async function getPayoutRun(
  actor: Actor,
  runId: string,
  db: Querying = database(),
): Promise<PayoutRun> {
  requireViewer(actor)
  const [row] = await db.execute<Row>(sql`select ${columns} from ${source} where r.id = ${runId}`)
  const [summary] = await summariesOf(db, row ? [row] : [])
  if (!summary) throw new TributaryError('not_found', 'There is no such payout run.')
  const me = actor.kind === 'person' ? (actor.administrator?.id ?? '') : ''
  const [counts] = await db.execute<{ warned: number; left: number; own: boolean; others: boolean }>(sql`
    select (select drafted_by = ${me} from payout_runs where id = ${runId}) as own,
           exists (select from administrators where disabled_at is null and role in ('admin', 'finance') and id <> ${me}) as others,
           (select count(*)::int from payouts where run_id = ${runId} and state <> 'taken_out' and cardinality(warnings) > 0) as warned,
           (select count(*)::int from payouts_left_out where run_id = ${runId}) as left`)
  const [last] = await db.execute<Row>(sql`
    select ${columns} from ${source}
    where r.state = 'approved' and r.id <> ${runId} and r.drafted_at < ${summary.draftedAt.toISOString()}::timestamptz
    order by r.drafted_at desc limit 1`)
  const [before] = await summariesOf(db, last ? [last] : [])
  return {
    ...summary,
    digest: await runDigest(db, runId),
    warned: counts?.warned ?? 0,
    leftOut: counts?.left ?? 0,
    approvalBy: !counts?.own ? 'second_person' : counts.others ? 'own_draft' : 'sole_administrator',
    before: before ? { id: before.id, cutOffOn: before.cutOffOn, totals: before.totals } : null,
  }
}

async function summariesOf(db: Querying, rows: readonly Row[]): Promise<PayoutRunSummary[]> {
  if (rows.length === 0) return []
  const counted = await countPayouts(db, rows)
  return rows.map((row) => {
    const own = counted.filter(({ runId }) => runId === row.id)
    const counts: Partial<Record<PayoutState, number>> = {}
    for (const { state, count } of own) counts[state] = (counts[state] ?? 0) + count
    return {
      ...row,
      state: runStateOf(row.state, counts, row.sendingSince !== null),
      draftedAt: new Date(row.draftedAt),
      approvedAt: row.approvedAt === null ? null : new Date(row.approvedAt),
      sendingSince: row.sendingSince === null ? null : new Date(row.sendingSince),
      counts,
      totals: totalsOf(own),
    }
  })
}

function totalsOf(counted: readonly CountOfPayouts[]): RunTotal[] {
  const totals = new Map<string, RunTotal>()
  for (const { currency, state, count, amount } of counted) {
    if (['taken_out', 'failed', 'returned'].includes(state)) continue
    const total = totals.get(currency) ?? { currency, payouts: 0, amountMinor: 0n, paidMinor: 0n }
    total.payouts += count
    total.amountMinor += BigInt(amount)
    if (state === 'paid') total.paidMinor += BigInt(amount)
    totals.set(currency, total)
  }
  return [...totals.values()]
}

export interface LeftOut {
  affiliateId: string
  displayName: string
  currency: string
  balanceMinor: bigint
  reason: LeftOutReason
}

/** Who is not in a run and why, currency by currency the largest balance first, a page at a time. */
export async function listLeftOut(
  actor: Actor,
  filter: PageWanted & { runId: string; reason?: LeftOutReason | undefined },
  db: Querying = database(),
): Promise<{ leftOut: LeftOut[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`l.currency`, type: 'text' },
      { by: sql`abs(l.balance_minor)`, type: 'bigint' },
      { by: sql`l.affiliate_id`, type: 'text' },
    ],
    filter,
  )
  const ofReason = filter.reason === undefined ? sql`true` : sql`l.reason = ${filter.reason}`
  const found = await db.execute<Omit<LeftOut, 'balanceMinor'> & { balance: string; position: string }>(sql`
    select l.affiliate_id as "affiliateId", a.display_name as "displayName", l.currency, l.balance_minor::text as balance, l.reason,
           ${position} as position
    from payouts_left_out l join affiliates a on a.id = l.affiliate_id
    where l.run_id = ${filter.runId} and ${ofReason} and ${beyond}
    order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Omit<LeftOut, 'balanceMinor'> & { balance: string }>(found)
  return { leftOut: rows.map(({ balance, ...row }) => ({ ...row, balanceMinor: BigInt(balance) })), ...ends }
}

/** Payouts that wait for somebody: runs that are drafted, payouts that nobody has sent, and those that did not arrive. */
export async function countPayoutsWaiting(
  actor: Actor,
  db: Querying = database(),
): Promise<{ drafts: number; approved: number; stuck: number }> {
  requireViewer(actor)
  const [row] = await db.execute<{ drafts: number; approved: number; stuck: number }>(sql`
    select (select count(*)::int from payout_runs where state = 'draft') as drafts,
           (select count(*)::int from payouts where state = 'approved') as approved,
           (select count(*)::int from payouts where state = 'unknown')
             + (select count(*)::int from payouts p where state in ('failed', 'returned') and not exists (
                 select from payouts l where l.affiliate_id = p.affiliate_id and l.currency = p.currency and l.id <> p.id
                   and l.state not in ('draft', 'taken_out', 'failed', 'returned') and l.approved_on >= p.approved_on)) as stuck`)
  return row ?? { drafts: 0, approved: 0, stuck: 0 }
}
