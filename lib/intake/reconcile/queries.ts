import 'server-only'
import { and, desc, eq, sql } from 'drizzle-orm'
import { affiliates, database, sweepFindings, sweepLeakage, sweeps, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { loadTruths, type Truths } from './truths'
import { walks } from './walks'

export type { Truths } from './truths'

export interface SweepCount {
  /** `charge`, `invoice`, `event`, `payment`, … */
  kind: string
  seen: number
  right: number
  healed: number
  unexplained: number
}

/** What would have been lost without a sweep, in minor units. */
export interface Leak {
  affiliateId: string
  displayName: string
  currency: string
  /** Would not have been earned. */
  missedMinor: bigint
  /** Would not have been taken back. */
  overpaidMinor: bigint
}

export interface SweepSummary {
  id: number
  begunBy: 'nightly' | 'by_hand'
  state: 'running' | 'done' | 'abandoned'
  /** Objects made from then on, by Stripe's time. */
  since: Date
  /** By the machine's time. */
  startedAt: Date
  /** null: not over. */
  finishedAt: Date | null
  /** Requests to Stripe, and how many it turned away as too many. */
  calls: number
  limited: number
  /** What stopped it last; null: nothing. */
  error: string | null
  counts: SweepCount[]
  leakage: Leak[]
}

/** One that is not over. */
export interface RunningSweep {
  /** Objects made from then on, by Stripe's time. */
  since: Date
  startedAt: Date
  /** `paid invoices`: what it is at; null: nobody has taken it up yet. */
  at: string | null
  /** Of all that it walks through, from 0 to 1. */
  share: number
  /** Objects. */
  seen: number
  /** What stopped it last; null: nothing. */
  error: string | null
}

export interface Finding {
  kind: string
  objectId: string
  verdict: 'healed' | 'unexplained'
  sentence: string
  paymentId: string | null
  invoiceId: string | null
  customerId: string | null
  foundAt: Date
}

/** The sweep begun last, over or not. Null: there was none. */
export async function findLastSweep(actor: Actor, db: Querying = database()): Promise<SweepSummary | null> {
  requireViewer(actor)
  const [last] = await db.select({ id: sweeps.id }).from(sweeps).orderBy(desc(sweeps.id)).limit(1)
  return last ? findSweep(actor, last.id, db) : null
}

/** Null: none is under way. */
export async function findRunningSweep(
  actor: Actor,
  db: Querying = database(),
): Promise<RunningSweep | null> {
  requireViewer(actor)
  const { since, startedAt, walk, error } = sweeps
  const [row] = await db
    .select({
      ...{ since, startedAt, walk, error },
      isTakenUp: sql<boolean>`${sweeps.heldBy} is not null or ${sweeps.calls} > 0`,
      seen: sql<string>`(select coalesce(sum(c.seen), 0) from sweep_counts c where c.sweep_id = ${sweeps.id})`,
    })
    .from(sweeps)
    .where(eq(sweeps.state, 'running'))
  if (!row) return null
  const { isTakenUp, walk: walked, seen, ...sweep } = row
  const at = isTakenUp ? (walks[walked]?.title ?? null) : null
  return { ...sweep, at, share: walked / walks.length, seen: Number(seen) }
}

/** The sweep that came to its end last. Null: there was none. */
export async function findLastFinishedSweep(
  actor: Actor,
  db: Querying = database(),
): Promise<SweepSummary | null> {
  requireViewer(actor)
  const [last] = await db
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(eq(sweeps.state, 'done'))
    .orderBy(desc(sweeps.id))
    .limit(1)
  return last ? findSweep(actor, last.id, db) : null
}

export async function findSweep(
  actor: Actor,
  sweepId: number,
  db: Querying = database(),
): Promise<SweepSummary | null> {
  requireViewer(actor)
  const [row] = await db.select().from(sweeps).where(eq(sweeps.id, sweepId))
  if (!row) return null
  const { id, begunBy, state, since, startedAt, finishedAt, calls, limited, error } = row
  const [counts, leakage] = [await countsOf(db, id), await leakageOf(db, id)]
  return { id, begunBy, state, since, startedAt, finishedAt, calls, limited, error, counts, leakage }
}

async function countsOf(db: Querying, sweepId: number): Promise<SweepCount[]> {
  const rows = await db.execute<Record<'kind' | 'seen' | 'healed' | 'unexplained', string>>(sql`
    select c.kind, c.seen, count(f.object_id) filter (where f.verdict = 'healed') as healed,
           count(f.object_id) filter (where f.verdict = 'unexplained') as unexplained
    from sweep_counts c left join sweep_findings f on f.sweep_id = c.sweep_id and f.kind = c.kind
    where c.sweep_id = ${sweepId} group by c.kind, c.seen order by c.kind`)
  return rows.map(({ kind, ...counts }) => {
    const [seen, healed, unexplained] = [counts.seen, counts.healed, counts.unexplained].map(Number)
    const wrong = (healed ?? 0) + (unexplained ?? 0)
    return {
      kind,
      seen: seen ?? 0,
      right: Math.max(0, (seen ?? 0) - wrong),
      healed: healed ?? 0,
      unexplained: unexplained ?? 0,
    }
  })
}

/** What would have been lost without a sweep, the largest first within a currency, a page at a time. */
export async function listLeaks(
  actor: Actor,
  options: PageWanted & { sweepId: number },
  db: Querying = database(),
): Promise<{ leaks: Leak[] } & PageEnds> {
  requireViewer(actor)
  const { sweepId, affiliateId, currency, missedMinor, overpaidMinor } = sweepLeakage
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`${currency}`, type: 'text' },
      { by: sql`(${missedMinor} + ${overpaidMinor})`, type: 'bigint' },
      { by: sql`${affiliateId}`, type: 'text' },
    ],
    options,
  )
  const found = await db
    .select({
      affiliateId,
      displayName: affiliates.displayName,
      currency,
      missedMinor,
      overpaidMinor,
      position,
    })
    .from(sweepLeakage)
    .innerJoin(affiliates, eq(affiliates.id, affiliateId))
    .where(and(eq(sweepId, options.sweepId), beyond))
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<Leak>(found)
  return { leaks: rows, ...ends }
}

async function leakageOf(db: Querying, sweepId: number): Promise<Leak[]> {
  const { affiliateId, currency, missedMinor, overpaidMinor } = sweepLeakage
  return db
    .select({ affiliateId, displayName: affiliates.displayName, currency, missedMinor, overpaidMinor })
    .from(sweepLeakage)
    .innerJoin(affiliates, eq(affiliates.id, affiliateId))
    .where(eq(sweepLeakage.sweepId, sweepId))
    .orderBy(affiliates.displayName, affiliateId, currency)
}

/** What was not right in a sweep, a page at a time: the unexplained first. */
export async function listFindings(
  actor: Actor,
  options: PageWanted & {
    sweepId: number
    verdict?: Finding['verdict'] | undefined
    kind?: string | undefined
  },
  db: Querying = database(),
): Promise<{ findings: Finding[] } & PageEnds> {
  requireViewer(actor)
  const { sweepId, verdict, kind, objectId, sentence, paymentId, invoiceId, customerId, foundAt } =
    sweepFindings
  const { beyond, order, limit, position, page } = keyset(
    // Downwards `unexplained` stands before `healed`.
    [verdict, kind, objectId].map((column) => ({ by: sql`${column}`, type: 'text' as const })),
    options,
  )
  const found = await db
    .select({ kind, objectId, verdict, sentence, paymentId, invoiceId, customerId, foundAt, position })
    .from(sweepFindings)
    .where(
      and(
        eq(sweepId, options.sweepId),
        options.verdict && eq(verdict, options.verdict),
        options.kind === undefined ? undefined : eq(kind, options.kind),
        beyond,
      ),
    )
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<Finding>(found)
  return { findings: rows, ...ends }
}

/** Clearing, timeliness and completeness as they are now. */
export async function getTruths(actor: Actor, db: Querying = database()): Promise<Truths> {
  requireViewer(actor)
  return loadTruths(db)
}

/** How many objects at Stripe the last finished sweep could not explain. */
export async function countUnexplained(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  const last = sql`(select max(id) from sweeps where state = 'done')`
  return db.$count(
    sweepFindings,
    sql`${sweepFindings.sweepId} = ${last} and ${sweepFindings.verdict} = 'unexplained'`,
  )
}
