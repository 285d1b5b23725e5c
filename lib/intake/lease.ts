import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '@/db'
import { log } from '@/lib/log'

/** An event with its body, claimed by one worker until the lease runs out. */
export interface LeasedEvent {
  id: string
  type: string
  apiVersion: string | null
  objectId: string | null
  createdAt: Date
  attempts: number
  body: { data?: { object?: unknown } }
}

/** A worker that died is replaced after it; one that lives renews it twice before. */
const leaseSeconds = 6

/** Events that nobody has tried, or those that were: looking for what broke a batch delays no other. */
export type Lane = 'fresh' | 'again'

const lanes = { fresh: sql`and attempts = 0`, again: sql`and attempts > 0` }

/** Claims up to `limit` due events, the oldest first; other workers skip them. Without a lane, of both. */
export async function leaseEvents(
  db: Database,
  options: { worker: string; limit: number; eventIds?: readonly string[]; lane?: Lane },
): Promise<LeasedEvent[]> {
  const lane = options.lane ? lanes[options.lane] : sql``
  const only = options.eventIds ? sql`and event_id = any(${sql.param([...options.eventIds])}::text[])` : sql``
  const rows = await db.execute<{
    event_id: string
    type: string
    api_version: string | null
    object_id: string | null
    created_at: string
    attempts: number
    body: LeasedEvent['body'] | null
  }>(sql`
    with claimed as (
      update inbox_work set state = 'leased', attempts = attempts + 1, leased_by = ${options.worker},
             leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where event_id in (
        select event_id from inbox_work
        where state <> 'done' and next_attempt_at <= clock_timestamp()
          and (state <> 'leased' or leased_until < clock_timestamp()) ${only} ${lane}
        order by next_attempt_at
        limit ${options.limit}
        for update skip locked
      )
      returning event_id, attempts
    )
    select c.event_id, c.attempts, e.type, e.api_version, e.object_id, e.created_at, p.body
    from claimed c
    join inbox_events e using (event_id)
    left join inbox_payloads p on p.event_id = c.event_id and p.recorded_at = e.recorded_at
    order by e.created_at, e.event_id`)
  return rows.map((row) => ({
    id: row.event_id,
    type: row.type,
    apiVersion: row.api_version,
    objectId: row.object_id,
    createdAt: new Date(row.created_at),
    attempts: row.attempts,
    body: row.body ?? {},
  }))
}

/** Renews the lease of a worker's events until it is stopped. */
export function keepLease(db: Database, worker: string, eventIds: readonly string[]): { stop(): void } {
  const renew = () =>
    // Skipped where another transaction holds them: that is the worker itself, finishing them.
    db.execute(sql`
      update inbox_work set leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where event_id in (
        select event_id from inbox_work
        where event_id = any(${sql.param([...eventIds])}::text[]) and state = 'leased' and leased_by = ${worker}
        for update skip locked)`)
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log.warn({ worker, error }, 'a lease could not be renewed'))
  }, leaseSeconds * 333)
  return { stop: () => clearInterval(timer) }
}

/**
 * Holds those of the events that are still this worker's until the transaction ends: nobody can take them over meanwhile, and what
 * another worker took over before is left to it.
 */
export async function holdLeased(
  tx: Transaction,
  worker: string,
  eventIds: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.execute<{ event_id: string }>(sql`
    select event_id from inbox_work
    where event_id = any(${sql.param([...eventIds])}::text[]) and state = 'leased' and leased_by = ${worker}
    order by event_id for update`)
  return new Set(rows.map((row) => row.event_id))
}

/** Leaves events to the lane of what is tried again, which may take them at once. */
export async function handOver(db: Database, worker: string, eventIds: readonly string[]): Promise<void> {
  await db.execute(sql`
    update inbox_work set state = 'queued', leased_by = null, leased_until = null
    where event_id = any(${sql.param([...eventIds])}::text[]) and state = 'leased' and leased_by = ${worker}`)
}

/** How long until an event is tried again: 2 s, doubling, up to an hour. */
export function retryDelaySeconds(attempts: number): number {
  return Math.min(2 ** attempts, 3_600)
}

/** After this many the event is shown as quarantined; it is still tried, ever more seldom. */
const patience = 5

/** Gives an event back with the reason why it could not be settled, unless another worker has taken it over. */
export async function postpone(
  db: Database,
  worker: string,
  event: Pick<LeasedEvent, 'id' | 'attempts'>,
  failure: { sentence: string; final: boolean },
): Promise<'queued' | 'quarantined'> {
  const state = failure.final || event.attempts >= patience ? 'quarantined' : 'queued'
  const delay = retryDelaySeconds(failure.final ? Math.max(event.attempts, 8) : event.attempts)
  await db.execute(sql`
    update inbox_work set state = ${state}, leased_by = null, leased_until = null,
      outcome = ${state === 'quarantined' ? 'quarantined' : null}, sentence = ${failure.sentence},
      next_attempt_at = clock_timestamp() + make_interval(secs => ${delay})
    where event_id = ${event.id} and state = 'leased' and leased_by = ${worker}`)
  return state
}
