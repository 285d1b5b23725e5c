import 'server-only'
import { getTableColumns, sql } from 'drizzle-orm'
import { alerts, database, operationSettings, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import type { AlertKind, Gauges, Thresholds } from './rules'
import type { OperationSettings } from './schemas'

export interface AlertSummary {
  id: number
  kind: AlertKind
  value: number
  threshold: number
  openedAt: Date
  /** Null: still so. */
  closedAt: Date | null
}

/** The open ones first, then the newest of those that are over, a page at a time. */
export async function listAlerts(
  actor: Actor,
  wanted: PageWanted,
  db: Querying = database(),
): Promise<{ alerts: AlertSummary[] } & PageEnds> {
  requireViewer(actor)
  const { beyond, order, limit, position, page } = keyset(
    [
      { by: sql`(${alerts.closedAt} is null)::int::bigint`, type: 'bigint' },
      { by: sql`${alerts.id}`, type: 'bigint' },
    ],
    wanted,
  )
  const found = await db
    .select({ ...getTableColumns(alerts), position })
    .from(alerts)
    .where(beyond)
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<AlertSummary>(found)
  return { alerts: rows, ...ends }
}

export async function getOperationSettings(
  actor: Actor,
  db: Querying = database(),
): Promise<OperationSettings> {
  requireViewer(actor)
  const [row] = await db.select().from(operationSettings)
  if (!row) throw new Error('The books have no operation settings.')
  const { id: _, ...settings } = row
  return settings
}

/** @returns what of the settings is a threshold; clearing is not for the choosing: an account that is off is always told */
export function thresholdsOf(settings: OperationSettings): Thresholds {
  return {
    inbox_age: settings.inboxAgeSeconds,
    quarantine: settings.quarantined,
    completeness: settings.completenessBps,
    clearing: 1,
    fee_wait: settings.feeWaitHours,
    webhook_silence: settings.silenceHours,
  }
}

/** How the programme does now, by the machine's clock. Costs a few index reads, however large the books. */
export async function getGauges(actor: Actor, db: Querying = database()): Promise<Gauges> {
  requireViewer(actor)
  const [row] = await db.execute<Record<AlertKind, string | null>>(sql`
    with swept as (
      select s.id, s.truths, (select coalesce(sum(seen), 0) from sweep_counts where sweep_id = s.id) as seen,
             (select count(*) from sweep_findings where sweep_id = s.id and verdict = 'unexplained') as unexplained
      from sweeps s where s.state = 'done' order by s.id desc limit 1
    )
    select (select floor(extract(epoch from clock_timestamp() - min(e.recorded_at)))
            from inbox_work w join inbox_events e using (event_id) where w.state in ('queued', 'leased')) as inbox_age,
           (select count(*) from inbox_work where state = 'quarantined') as quarantine,
           (select floor((seen - least(unexplained, seen)) * 10000 / seen) from swept where seen > 0) as completeness,
           (select jsonb_array_length(truths #> '{clearing,off}') from swept) as clearing,
           (select floor(extract(epoch from clock_timestamp() - min(since)) / 3600) from waits where kind = 'fee') as fee_wait,
           (select floor(extract(epoch from clock_timestamp() - max(recorded_at)) / 3600) from inbox_events) as webhook_silence`)
  const number = (kind: AlertKind) => (row?.[kind] == null ? null : Number(row[kind]))
  return {
    inbox_age: number('inbox_age'),
    quarantine: number('quarantine'),
    completeness: number('completeness'),
    clearing: number('clearing'),
    fee_wait: number('fee_wait'),
    webhook_silence: number('webhook_silence'),
  }
}
