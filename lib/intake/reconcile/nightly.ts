import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import type { PacedClient } from '@/lib/stripe/paced-client'
import { reconcile, type Reconciled } from './reconcile'

/** When few people buy, and every worker's clock is past midnight. UTC. */
const hour = 3

/**
 * The sweep of the day, where it has not been begun yet, or one that nobody works on any more. One at a time however many workers ask.
 * @param now the machine's time
 * @returns null where none is due
 */
export async function sweepNightly(
  db: Database,
  client: PacedClient,
  { now, signal }: { now: Date; signal: AbortSignal },
): Promise<Reconciled | null> {
  if (!(await isDue(db, now))) return null
  return reconcile(
    { kind: 'system', job: 'nightly-sweep' },
    { db, client, begunBy: 'nightly', since: null, signal },
  )
}

async function isDue(db: Database, now: Date): Promise<boolean> {
  const due = new Date(now)
  due.setUTCHours(hour, 0, 0, 0)
  if (due > now) due.setUTCDate(due.getUTCDate() - 1)
  const since = sql`${due.toISOString()}::timestamptz`
  // Books that have only just begun are swept on their first night.
  const [row] = await db.execute<{ due: boolean }>(sql`
    select exists (select from sweeps where state = 'running' and coalesce(held_until < clock_timestamp(), true))
        or (not exists (select from sweeps where state = 'running')
            and not exists (select from sweeps where state = 'done' and started_at >= ${since})
            and exists (select from inbox_events where recorded_at < ${since})) as due`)
  return row?.due ?? false
}
