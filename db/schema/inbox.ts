import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { id, instant } from './columns'

/** What Stripe delivered: insert only. Committed before the delivery is acknowledged. */
export const inboxEvents = pgTable(
  'inbox_events',
  {
    eventId: id('event_id').primaryKey(),
    type: text('type').notNull(),
    /** NULL: the event did not say. */
    apiVersion: text('api_version'),
    objectId: id('object_id'),
    createdAt: instant('created_at').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [
    index('inbox_events_by_recorded').on(t.recordedAt, t.eventId),
    index('inbox_events_by_object').on(t.objectId),
    index('inbox_events_by_type').on(t.type, t.recordedAt, t.eventId),
  ],
)

/** The bodies, apart and by month, so that old ones expire by dropping a partition. (Partitioned by its migration.) */
export const inboxPayloads = pgTable(
  'inbox_payloads',
  {
    eventId: id('event_id').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    body: jsonb('body').notNull(),
  },
  (t) => [primaryKey({ name: 'inbox_payloads_pkey', columns: [t.eventId, t.recordedAt] })],
)

export const workStates = ['queued', 'leased', 'done', 'quarantined'] as const
export const outcomes = ['settled', 'recorded', 'ignored', 'waiting', 'unmatched', 'quarantined'] as const

/** The work on an event: updated. Every event ends in one outcome with a sentence that says why. */
export const inboxWork = pgTable(
  'inbox_work',
  {
    eventId: id('event_id').primaryKey(),
    state: text('state', { enum: workStates }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** NULL: nobody works on it. */
    leasedUntil: instant('leased_until'),
    leasedBy: text('leased_by'),
    /** NULL while it has none. */
    outcome: text('outcome', { enum: outcomes }),
    sentence: text('sentence'),
    doneAt: instant('done_at'),
  },
  (t) => [
    index('inbox_work_due')
      .on(t.nextAttemptAt)
      .where(sql`${t.state} <> 'done'`),
    // What did not simply end: few among many.
    index('inbox_work_unusual')
      .on(t.outcome, t.eventId)
      .where(sql`${t.outcome} is null or ${t.outcome} in ('waiting', 'unmatched', 'quarantined')`),
    check('inbox_work_state_known', sql`${t.state} in ('queued', 'leased', 'done', 'quarantined')`),
    check(
      'inbox_work_outcome_known',
      sql`${t.outcome} in ('settled', 'recorded', 'ignored', 'waiting', 'unmatched', 'quarantined')`,
    ),
    check(
      'inbox_work_done_has_outcome',
      sql`${t.state} <> 'done' or (${t.outcome} is not null and ${t.sentence} is not null)`,
    ),
  ],
)

/**
 * Observations of Stripe's objects and decisions of administrators: insert only. `body` is the normalised shape of its kind
 * (lib/intake/facts), free of names and addresses. The link columns say what an observation is about; NULL: not about one.
 */
export const facts = pgTable(
  'facts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text('kind').notNull(),
    objectId: id('object_id').notNull(),
    /** When Stripe made the event, or when the read of the object began. */
    observedAt: instant('observed_at').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    /** NULL: read from Stripe, or decided by a person. */
    eventId: id('event_id'),
    customerId: id('customer_id'),
    invoiceId: id('invoice_id'),
    paymentId: id('payment_id'),
    subscriptionId: id('subscription_id'),
    /** Of kind, object and body: the same sight twice is one row. */
    digest: text('digest').notNull(),
    body: jsonb('body').notNull(),
  },
  (t) => [
    uniqueIndex('facts_same_sight_once').on(t.objectId, t.digest, t.observedAt),
    index('facts_by_customer')
      .on(t.customerId)
      .where(sql`${t.customerId} is not null`),
    index('facts_by_invoice')
      .on(t.invoiceId)
      .where(sql`${t.invoiceId} is not null`),
    index('facts_by_payment')
      .on(t.paymentId)
      .where(sql`${t.paymentId} is not null`),
    index('facts_by_subscription')
      .on(t.subscriptionId)
      .where(sql`${t.subscriptionId} is not null`),
    // Which refunds and disputes are still open: few among many facts.
    index('facts_of_reversals')
      .on(t.kind, t.objectId)
      .where(sql`${t.kind} in ('refund', 'dispute')`),
    // What came back of payouts.
    index('facts_of_transfers')
      .on(t.id)
      .where(sql`${t.kind} = 'transfer'`),
    // Which customers bear an affiliate's own address.
    index('facts_by_customer_email')
      .on(sql`((${t.body}->'email'->>'digest'))`)
      .where(sql`${t.kind} = 'customer'`),
  ],
)

/** What must be settled again although no event said so: a moved customer, a verdict, new terms of attribution. */
export const settlementQueue = pgTable(
  'settlement_queue',
  {
    subjectId: id('subject_id').primaryKey(),
    kind: text('kind', { enum: ['payment', 'customer'] }).notNull(),
    reason: text('reason').notNull(),
    enqueuedAt: instant('enqueued_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    error: text('error'),
  },
  (t) => [
    index('settlement_queue_due').on(t.nextAttemptAt),
    check('settlement_queue_kind_known', sql`${t.kind} in ('payment', 'customer')`),
  ],
)

/** What Stripe is asked for again by and by: a fee not known yet, the payments of a paid invoice that no event named. */
export const waits = pgTable(
  'waits',
  {
    subjectId: id('subject_id').notNull(),
    kind: text('kind', { enum: ['fee', 'basis', 'invoice_payment', 'payment'] }).notNull(),
    since: instant('since').notNull(),
    asks: integer('asks').notNull().default(0),
    nextAskAt: instant('next_ask_at').notNull(),
    error: text('error'),
  },
  (t) => [
    primaryKey({ name: 'waits_pkey', columns: [t.subjectId, t.kind] }),
    index('waits_due').on(t.nextAskAt),
    check('waits_kind_known', sql`${t.kind} in ('fee', 'basis', 'invoice_payment', 'payment')`),
  ],
)

/** A running worker says so here; health and the console read it. */
export const workers = pgTable('workers', {
  id: text('id').primaryKey(),
  startedAt: instant('started_at').notNull(),
  beatAt: instant('beat_at').notNull(),
  stopping: boolean('stopping').notNull().default(false),
})
