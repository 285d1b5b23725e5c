import { sql } from 'drizzle-orm'
import { bigint, check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant } from './columns'

export const alertKinds = [
  'inbox_age',
  'quarantine',
  'completeness',
  'clearing',
  'fee_wait',
  'webhook_silence',
] as const

/** One row: from where on the programme's people are told, and how long Stripe's bodies are kept. NULL: not watched. */
export const operationSettings = pgTable(
  'operation_settings',
  {
    id: integer('id').primaryKey().default(1),
    /** Counts the changes, so that a stale form is noticed. */
    version: integer('version').notNull().default(1),
    inboxAgeSeconds: integer('inbox_age_seconds').default(300),
    /** So many quarantined events. */
    quarantined: integer('quarantined').default(1),
    /** Less than this share of what the last sweep saw has its line or its reason. */
    completenessBps: integer('completeness_bps').default(10_000),
    feeWaitHours: integer('fee_wait_hours').default(48),
    silenceHours: integer('silence_hours').default(24),
    /** Bodies of events older than so many whole months are dropped; NULL: never. */
    payloadMonths: integer('payload_months').default(24),
  },
  (t) => [
    check('operation_settings_is_one_row', sql`${t.id} = 1`),
    check(
      'operation_settings_in_range',
      sql`${t.inboxAgeSeconds} > 0 and ${t.quarantined} > 0 and ${t.completenessBps} between 1 and 10000
          and ${t.feeWaitHours} > 0 and ${t.silenceHours} > 0 and ${t.payloadMonths} between 2 and 1200`,
    ),
  ],
)

/** Thresholds that were passed, by the machine's time. One of a kind is open at most. */
export const alerts = pgTable(
  'alerts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind', { enum: alertKinds }).notNull(),
    /** As it was when the threshold was passed, in the unit of the kind. */
    value: bigint('value', { mode: 'number' }).notNull(),
    threshold: bigint('threshold', { mode: 'number' }).notNull(),
    openedAt: instant('opened_at').notNull(),
    /** NULL: still so. */
    closedAt: instant('closed_at'),
  },
  (t) => [
    uniqueIndex('alerts_one_open_of_a_kind')
      .on(t.kind)
      .where(sql`${t.closedAt} is null`),
    check(
      'alerts_kind_known',
      sql`${t.kind} in ('inbox_age', 'quarantine', 'completeness', 'clearing', 'fee_wait', 'webhook_silence')`,
    ),
  ],
)
