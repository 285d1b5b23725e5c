import 'server-only'
import { Counter, Gauge, Registry } from 'prom-client'
import { database, type Database } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { wallNow } from '@/lib/clock'
import { getTruths, type Truths } from '@/lib/intake/reconcile/queries'
import { getBacklog, getWebhookHealth, type Backlog, type WebhookHealth } from './figures'
import { keepCalls } from './keep-calls'

export interface Exposition {
  contentType: string
  text: string
}

/**
 * All figures in Prometheus's text format. Numbers and names of states only: no id, no address, no secret. They are the database's, so
 * that every web process says the same.
 */
export async function renderMetrics(actor: Actor, db: Database = database()): Promise<Exposition> {
  requireViewer(actor)
  await keepCalls(db)
  const registry = new Registry()
  inbox(registry, await getWebhookHealth(actor, db))
  backlog(registry, await getBacklog(actor, db))
  truths(registry, await truthsOfLate(actor, db))
  return { contentType: registry.contentType, text: await registry.metrics() }
}

/** The truths go over all lines: they are worked out once a minute, however often they are asked for. */
const freshMs = 60_000
const known = new WeakMap<Database, { at: number; truths: Truths }>()

async function truthsOfLate(actor: Actor, db: Database): Promise<Truths> {
  const now = wallNow().getTime()
  const last = known.get(db)
  if (last && now - last.at < freshMs) return last.truths
  const fresh = await getTruths(actor, db)
  known.set(db, { at: now, truths: fresh })
  return fresh
}

interface Reading {
  value: number | null
  labels?: Record<string, string>
}

/** What is not known is left out: no figure is better than a wrong one. */
function gauge(registry: Registry, name: string, help: string, readings: Reading[]): void {
  const known = readings.flatMap(({ value, labels }) =>
    value === null ? [] : [{ value, labels: labels ?? {} }],
  )
  // Made without a value it would say 0.
  if (known.length === 0) return
  const labelNames = [...new Set(known.flatMap(({ labels }) => Object.keys(labels)))]
  const made = new Gauge({ name: `tributary_${name}`, help, labelNames, registers: [registry] })
  for (const { labels, value } of known) made.set(labels, value)
}

function counter(registry: Registry, name: string, help: string, value: number): void {
  new Counter({ name: `tributary_${name}`, help, registers: [registry] }).inc(value)
}

const one = (value: number | null): Reading[] => [{ value }]
const seconds = (ms: number | null) => (ms === null ? null : ms / 1000)
const epoch = (at: Date | null) => (at === null ? null : at.getTime() / 1000)

function inbox(registry: Registry, health: WebhookHealth): void {
  gauge(registry, 'inbox_events', 'Events that are not done, by state', [
    { value: health.queued, labels: { state: 'queued' } },
    { value: health.leased, labels: { state: 'leased' } },
    { value: health.quarantined, labels: { state: 'quarantined' } },
  ])
  gauge(
    registry,
    'inbox_oldest_seconds',
    'Age of the oldest event that is not done',
    one(health.oldestSeconds ?? 0),
  )
  gauge(
    registry,
    'inbox_last_event_timestamp_seconds',
    'When Stripe’s last event came',
    one(epoch(health.lastEventAt)),
  )
  gauge(registry, 'inbox_received_last_hour', 'Events that came within the last hour', one(health.lastHour))
  gauge(
    registry,
    'settled_events_per_second',
    'Events settled a second, over the last five minutes',
    one(health.settledPerSecond),
  )
  gauge(registry, 'settle_delay_seconds', 'From an event’s arrival to the ledger, over the last hour', [
    { value: seconds(health.medianDelayMs), labels: { quantile: '0.5' } },
    { value: seconds(health.p95DelayMs), labels: { quantile: '0.95' } },
  ])
  gauge(
    registry,
    'events_missed_by_sweep',
    'Events that the last sweep found and that never came',
    one(health.missedBySweep),
  )
}

const waitKinds = ['fee', 'basis', 'invoice_payment', 'payment'] as const

function backlog(registry: Registry, { waits, settlementsQueued, workers, stripe, sweep }: Backlog): void {
  const of = (kind: string) => waits.find((each) => each.kind === kind)
  const byKind = (value: (kind: string) => number): Reading[] =>
    waitKinds.map((kind) => ({ value: value(kind), labels: { kind } }))
  gauge(
    registry,
    'waiting_payments',
    'What is waited for at Stripe, by kind',
    byKind((kind) => of(kind)?.count ?? 0),
  )
  gauge(
    registry,
    'waiting_oldest_seconds',
    'Age of the oldest wait, by kind',
    byKind((kind) => of(kind)?.oldestSeconds ?? 0),
  )
  gauge(registry, 'settlements_queued', 'Payments and customers to be settled anew', one(settlementsQueued))
  gauge(registry, 'workers', 'Workers that were heard of within ten seconds', one(workers))
  counter(registry, 'stripe_requests_total', 'Requests to Stripe, of all processes', stripe.calls)
  counter(
    registry,
    'stripe_requests_limited_total',
    'Requests that Stripe turned away as too many',
    stripe.limited,
  )
  counter(
    registry,
    'stripe_requests_failed_total',
    'Requests that Stripe answered with a failure of its own',
    stripe.failed,
  )
  gauge(
    registry,
    'sweep_running',
    'Whether a sweep over Stripe’s record is at work',
    one(sweep?.isRunning ? 1 : 0),
  )
  gauge(
    registry,
    'sweep_last_finished_timestamp_seconds',
    'When the last sweep came to its end',
    one(epoch(sweep?.lastFinishedAt ?? null)),
  )
  gauge(registry, 'sweep_healed', 'Objects that the last sweep healed', one(sweep?.healed ?? null))
  gauge(
    registry,
    'sweep_unexplained',
    'Objects that the last sweep could not explain',
    one(sweep?.unexplained ?? null),
  )
  gauge(registry, 'sweep_stripe_requests', 'Requests to Stripe of the last sweep', one(sweep?.calls ?? null))
}

function truths(registry: Registry, { clearing, timeliness, completeness }: Truths): void {
  gauge(
    registry,
    'truth_clearing_accounts_off',
    'Accounts that must be zero and are not',
    one(clearing.off.length),
  )
  gauge(registry, 'truth_timeliness_seconds', 'From an event’s arrival to the ledger, over the last day', [
    { value: seconds(timeliness.medianMs), labels: { quantile: '0.5' } },
    { value: seconds(timeliness.p95Ms), labels: { quantile: '0.95' } },
    { value: seconds(timeliness.slowestMs), labels: { quantile: '1' } },
  ])
  const share = completeness.shareBps === null ? null : completeness.shareBps / 10_000
  gauge(
    registry,
    'truth_completeness_ratio',
    'Of Stripe’s objects, those with their line or their reason',
    one(share),
  )
  gauge(registry, 'truth_completeness_unexplained', 'Objects with neither', one(completeness.unexplained))
}
