import 'server-only'
import { sql } from 'drizzle-orm'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { loadTimeliness } from './reconcile/truths'

/** How Stripe's deliveries come in and are dealt with, by the machine's clock. */
export interface WebhookHealth {
  /** Null: none ever came. */
  lastAt: Date | null
  /** In each of the last 24 hours, the oldest first. */
  perHour: number[]
  /** From arrival to the ledger, of the newest events of the last day; null: none came. */
  medianMs: number | null
  p95Ms: number | null
  oldestWaitingSeconds: number | null
  quarantined: number
  /** Of those that came in the last day and are dealt with, how many took more than one try. */
  retried: number
}

export async function getWebhookHealth(actor: Actor, db: Querying = database()): Promise<WebhookHealth> {
  requireViewer(actor)
  const [timeliness, hours, [counted]] = await Promise.all([
    loadTimeliness(db),
    db.execute<{ ago: number; count: number }>(sql`
      select floor(extract(epoch from clock_timestamp() - recorded_at) / 3600)::int as ago, count(*)::int as count
      from inbox_events where recorded_at > clock_timestamp() - interval '24 hours' group by 1`),
    db.execute<{ last: string | null; quarantined: number; retried: number }>(sql`
      select (select max(recorded_at) from inbox_events) as last,
             (select count(*)::int from inbox_work where outcome = 'quarantined') as quarantined,
             (select count(*)::int from inbox_events e join inbox_work w using (event_id)
              where e.recorded_at > clock_timestamp() - interval '24 hours' and w.attempts > 1) as retried`),
  ])
  const { medianMs, p95Ms, oldestWaitingSeconds } = timeliness
  const perHour = Array.from({ length: 24 }, (_, at) => hours.find(({ ago }) => ago === 23 - at)?.count ?? 0)
  return {
    lastAt: counted?.last == null ? null : new Date(counted.last),
    perHour,
    medianMs,
    p95Ms,
    oldestWaitingSeconds,
    quarantined: counted?.quarantined ?? 0,
    retried: counted?.retried ?? 0,
  }
}
