import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { log } from '@/lib/log'

export type Doing = 'draft' | 'redraw' | 'approve' | 'void'

/** How much of the work is done, in payouts where that can be counted. Nothing waits for it. */
export type Tell = (done: number, of: number) => void

/** Below this many payouts the work is done before anybody can look. */
const many = 500
const beatMs = 5_000
const deadSeconds = 60

/**
 * Work on a whole run, with its progress written down beside its transaction, on another connection, so that others see it. Gone
 * when the work is done; what was given up says why.
 */
export async function tellingProgress<T>(
  db: Database,
  { runId, doing }: { runId: string; doing: Doing },
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  let last: { done: number; of: number } | null = null
  let writing = Promise.resolve()
  const write = (problem: string | null) => {
    if (last === null) return
    const { done, of } = last
    // One after the other, and never awaited by the work: with all connections in transactions they would wait for each other.
    writing = writing
      .then(() => put(db, { runId, doing, done, of, problem }))
      .catch((error: unknown) => log.warn({ error, runId }, 'progress could not be written down'))
  }
  const beats = setInterval(() => write(null), beatMs)
  beats.unref()
  try {
    const result = await work((done, of) => {
      if (of < many) return
      last = { done: Math.floor(done), of }
      write(null)
    })
    if (last !== null) {
      await writing
      await db.execute(sql`delete from payout_run_work where run_id = ${runId}`)
    }
    return result
  } catch (error) {
    write(error instanceof TributaryError ? error.message : 'Something went wrong on our side.')
    await writing
    throw error
  } finally {
    clearInterval(beats)
  }
}

interface Standing extends Record<string, unknown> {
  runId: string
  doing: Doing
  done: number
  of: number
  problem: string | null
}

async function put(db: Database, { runId, doing, done, of, problem }: Standing): Promise<void> {
  await db.execute(sql`
    insert into payout_run_work (run_id, doing, done, "of", begun_at, beat_at, problem)
    values (${runId}, ${doing}, ${done}, ${of}, clock_timestamp(), clock_timestamp(), ${problem})
    on conflict (run_id) do update set doing = excluded.doing, done = excluded.done, "of" = excluded."of", beat_at = excluded.beat_at,
      problem = excluded.problem`)
  await db.execute(sql`delete from payout_run_work where beat_at < clock_timestamp() - interval '1 day'`)
}

export interface RunWork {
  doing: Doing
  /** From 0 to 1. */
  share: number
  /** `dead`: whoever did it is no more, and nothing of it was done. `given_up`: see `problem`. */
  state: 'under_way' | 'dead' | 'given_up'
  problem: string | null
}

/** Work on a run that is under way or was given up; null: there is none. */
export async function findRunWork(
  actor: Actor,
  runId: string,
  db: Querying = database(),
): Promise<RunWork | null> {
  requireViewer(actor)
  const [row] = await db.execute<Standing & { dead: boolean }>(sql`
    select run_id as "runId", doing, done, "of", problem,
           beat_at < clock_timestamp() - make_interval(secs => ${deadSeconds}) as dead
    from payout_run_work where run_id = ${runId}`)
  if (!row) return null
  const { doing, done, of, problem, dead } = row
  const state = problem !== null ? 'given_up' : dead ? 'dead' : 'under_way'
  return { doing, share: of === 0 ? 0 : Math.min(1, done / of), state, problem }
}
