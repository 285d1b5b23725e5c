import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'

/** A sweep that came to its end. */
export interface PastSweep {
  id: number
  begunBy: 'nightly' | 'by_hand'
  /** Over what Stripe made from then on. */
  since: Date
  /** By the machine's time. */
  startedAt: Date
  finishedAt: Date
  /** Objects. */
  seen: number
  healed: number
  unexplained: number
  /** What would have been lost without it, what would have been paid too much included, by currency. */
  saved: { currency: string; minor: bigint }[]
}

interface Row extends Record<string, unknown> {
  id: string
  begunBy: PastSweep['begunBy']
  since: string
  startedAt: string
  finishedAt: string
  totals: Totals | null
}

interface Totals {
  seen: number
  healed: number
  unexplained: number
  saved: { currency: string; minor: string }[]
}

/** What a sweep came to, as its row keeps it. */
export const totalsOf = (sweepId: number): SQL => sql`jsonb_build_object(
  'seen', (select coalesce(sum(seen), 0) from sweep_counts where sweep_id = ${sweepId}),
  'healed', (select count(*) from sweep_findings where sweep_id = ${sweepId} and verdict = 'healed'),
  'unexplained', (select count(*) from sweep_findings where sweep_id = ${sweepId} and verdict = 'unexplained'),
  'saved', (select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'minor', minor::text) order by currency), '[]')
            from (select currency, sum(missed_minor + overpaid_minor) as minor
                  from sweep_leakage where sweep_id = ${sweepId} group by currency) t))`

/** The latest first, a page at a time. */
export async function listSweeps(
  actor: Actor,
  options: PageWanted,
  db: Querying = database(),
): Promise<{ sweeps: PastSweep[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset([{ by: sql`s.id`, type: 'bigint' }], options)
  const found = await db.execute<Row & { position: string }>(sql`
    select s.id, s.begun_by as "begunBy", s.since, s.started_at as "startedAt", s.finished_at as "finishedAt",
           s.totals, ${position} as position
    from sweeps s
    where s.state = 'done' and ${beyond} order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  return { sweeps: rows.map(pastSweep), ...ends }
}

function pastSweep({ id, begunBy, since, startedAt, finishedAt, totals }: Row): PastSweep {
  const { seen = 0, healed = 0, unexplained = 0, saved = [] } = totals ?? {}
  return {
    ...{ id: Number(id), begunBy, seen, healed, unexplained },
    since: new Date(since),
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
    saved: saved.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) })),
  }
}
