import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

/** How the inbox does, over the newest events of a window: for metrics, console and health. Times of the machine. */
export interface WebhookHealth {
  /** When Stripe's last event came; null: none ever. */
  lastEventAt: Date | null
  /** Events of the last hour and the last day, at most `mostCounted` each. */
  lastHour: number
  lastDay: number
  /** Settled a second, over the last five minutes. */
  settledPerSecond: number
  /** From arrival to done, over the last hour, in milliseconds; null: nothing was done. */
  medianDelayMs: number | null
  p95DelayMs: number | null
  /** Not done, by state, and the age of the oldest in seconds; null: all is done. */
  queued: number
  leased: number
  quarantined: number
  oldestSeconds: number | null
  /** Events that the last sweep found Stripe to have and that never came. Null: there was no sweep. */
  missedBySweep: number | null
}

/** So many of the newest events stand for a window: what is asked every few seconds must not grow with the programme. */
export const mostCounted = 50_000

export async function getWebhookHealth(actor: Actor, db: Querying = database()): Promise<WebhookHealth> {
  requireViewer(actor)
  const [row] = await db.execute<Record<string, string | number | null>>(sql`
    with day as materialized (
      select event_id, recorded_at from inbox_events
      where recorded_at > clock_timestamp() - interval '1 day' order by recorded_at desc limit ${mostCounted}
    ), hour as (
      select w.done_at, extract(epoch from w.done_at - d.recorded_at) * 1000 as ms
      from day d join inbox_work w using (event_id)
      where d.recorded_at > clock_timestamp() - interval '1 hour' and w.state = 'done'
    ), open as (
      select w.state, e.recorded_at from inbox_work w join inbox_events e using (event_id) where w.state <> 'done'
    )
    select (select extract(epoch from recorded_at) * 1000 from inbox_events order by recorded_at desc limit 1) as last_ms,
           (select count(*) from day where recorded_at > clock_timestamp() - interval '1 hour') as last_hour,
           (select count(*) from day) as last_day,
           (select count(*) / 300.0 from hour where done_at > clock_timestamp() - interval '5 minutes') as per_second,
           (select percentile_cont(0.5) within group (order by ms) from hour) as median,
           (select percentile_cont(0.95) within group (order by ms) from hour) as p95,
           (select count(*) from open where state = 'queued') as queued,
           (select count(*) from open where state = 'leased') as leased,
           (select count(*) from open where state = 'quarantined') as quarantined,
           (select extract(epoch from clock_timestamp() - min(recorded_at)) from open) as oldest,
           (select count(f.object_id) from sweeps s
            left join sweep_findings f on f.sweep_id = s.id and f.kind = 'event' and f.verdict = 'healed'
            where s.id = (select max(id) from sweeps where state = 'done') group by s.id) as missed`)
  const number = (name: string) => (row?.[name] == null ? null : Number(row[name]))
  const last = number('last_ms')
  return {
    lastEventAt: last === null ? null : new Date(last),
    lastHour: number('last_hour') ?? 0,
    lastDay: number('last_day') ?? 0,
    settledPerSecond: number('per_second') ?? 0,
    medianDelayMs: rounded(number('median')),
    p95DelayMs: rounded(number('p95')),
    queued: number('queued') ?? 0,
    leased: number('leased') ?? 0,
    quarantined: number('quarantined') ?? 0,
    oldestSeconds: rounded(number('oldest')),
    missedBySweep: number('missed'),
  }
}

const rounded = (value: number | null) => (value === null ? null : Math.max(0, Math.round(value)))

/** What is waited for and queued beside the inbox. */
export interface Backlog {
  /** Waits at Stripe by kind, and the age of the oldest of each in seconds. */
  waits: { kind: 'fee' | 'basis' | 'invoice_payment' | 'payment'; count: number; oldestSeconds: number }[]
  /** Payments and customers to be settled anew. */
  settlementsQueued: number
  /** Workers that were heard of within ten seconds. */
  workers: number
  /** All requests to Stripe that were ever counted. */
  stripe: { calls: number; limited: number; failed: number }
  sweep: {
    isRunning: boolean
    lastFinishedAt: Date
    healed: number
    unexplained: number
    calls: number
  } | null
}

export async function getBacklog(actor: Actor, db: Querying = database()): Promise<Backlog> {
  requireViewer(actor)
  const waits = await db.execute<{
    kind: Backlog['waits'][number]['kind']
    count: string
    oldest: string
  }>(sql`
    select kind, count(*) as count, extract(epoch from clock_timestamp() - min(since)) as oldest
    from waits group by kind order by kind`)
  const [row] = await db.execute<Record<'queued' | 'workers' | 'calls' | 'limited' | 'failed', string>>(sql`
    select (select count(*) from settlement_queue) as queued,
           (select count(*) from workers where beat_at > clock_timestamp() - interval '10 seconds') as workers,
           coalesce(sum(calls), 0) as calls, coalesce(sum(limited), 0) as limited, coalesce(sum(failed), 0) as failed
    from stripe_calls`)
  return {
    waits: waits.map(({ kind, count, oldest }) => ({
      kind,
      count: Number(count),
      oldestSeconds: Math.max(0, Math.round(Number(oldest))),
    })),
    settlementsQueued: Number(row?.queued ?? 0),
    workers: Number(row?.workers ?? 0),
    stripe: {
      calls: Number(row?.calls ?? 0),
      limited: Number(row?.limited ?? 0),
      failed: Number(row?.failed ?? 0),
    },
    sweep: await lastSweep(db),
  }
}

async function lastSweep(db: Querying): Promise<Backlog['sweep']> {
  const [row] = await db.execute<
    Record<'finished' | 'healed' | 'unexplained' | 'calls', string> & { running: boolean }
  >(sql`
    select extract(epoch from finished_at) * 1000 as finished, calls,
           (select count(*) from sweep_findings where sweep_id = s.id and verdict = 'healed') as healed,
           (select count(*) from sweep_findings where sweep_id = s.id and verdict = 'unexplained') as unexplained,
           exists (select from sweeps where state = 'running' and held_until > clock_timestamp()) as running
    from sweeps s where state = 'done' order by id desc limit 1`)
  return row
    ? {
        isRunning: row.running,
        lastFinishedAt: new Date(Number(row.finished)),
        healed: Number(row.healed),
        unexplained: Number(row.unexplained),
        calls: Number(row.calls),
      }
    : null
}
