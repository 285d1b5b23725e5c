import 'server-only'
import { sql } from 'drizzle-orm'
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
  seen: string
  healed: number
  unexplained: number
  saved: { currency: string; minor: string }[]
}

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
           (select coalesce(sum(c.seen), 0) from sweep_counts c where c.sweep_id = s.id) as seen,
           f.healed, f.unexplained, l.saved, ${position} as position
    from sweeps s
    cross join lateral (
      select count(*) filter (where verdict = 'healed')::int as healed,
             count(*) filter (where verdict = 'unexplained')::int as unexplained
      from sweep_findings where sweep_id = s.id) f
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'minor', minor::text) order by currency), '[]') as saved
      from (select currency, sum(missed_minor + overpaid_minor) as minor
            from sweep_leakage where sweep_id = s.id group by currency) t) l
    where s.state = 'done' and ${beyond} order by ${order} limit ${limit}`)
  const { rows, ...ends } = page<Row>(found)
  return { sweeps: rows.map(pastSweep), ...ends }
}

function pastSweep({ id, since, startedAt, finishedAt, seen, saved, ...row }: Row): PastSweep {
  return {
    ...row,
    id: Number(id),
    since: new Date(since),
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
    seen: Number(seen),
    saved: saved.map(({ currency, minor }) => ({ currency, minor: BigInt(minor) })),
  }
}
