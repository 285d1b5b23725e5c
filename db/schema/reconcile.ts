import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { id, instant, minor } from './columns'

/** Sweeps over Stripe's own record. At most one is not over; whoever holds it works on it, and another takes it up where it stood. */
export const sweeps = pgTable(
  'sweeps',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    begunBy: text('begun_by', { enum: ['nightly', 'by_hand'] }).notNull(),
    state: text('state', { enum: ['running', 'done', 'abandoned'] }).notNull(),
    /** Objects made by Stripe from this moment on. */
    since: instant('since').notNull(),
    /** The programme's time; the next sweep begins a little before it. */
    begunAt: instant('begun_at').notNull(),
    /** The machine's time. */
    startedAt: instant('started_at').notNull(),
    /** NULL: not over. */
    finishedAt: instant('finished_at'),
    /** The walk it is in, and the last object it has finished with there. NULL: at the beginning. */
    walk: integer('walk').notNull().default(0),
    cursor: text('cursor'),
    calls: bigint('calls', { mode: 'number' }).notNull().default(0),
    /** How often Stripe said that it was asked too much. */
    limited: bigint('limited', { mode: 'number' }).notNull().default(0),
    /** NULL: nobody works on it. */
    heldBy: text('held_by'),
    heldUntil: instant('held_until'),
    /** What stopped it last; NULL: nothing. */
    error: text('error'),
    /** The three truths as they were at its end. NULL: not over. */
    truths: jsonb('truths'),
    /** What it saw, healed, could not explain and saved, summed up at its end for the list of sweeps. NULL: not over. */
    totals: jsonb('totals'),
  },
  (t) => [
    uniqueIndex('sweeps_one_at_a_time')
      .on(t.state)
      .where(sql`${t.state} = 'running'`),
    check('sweeps_state_known', sql`${t.state} in ('running', 'done', 'abandoned')`),
    check('sweeps_begun_by_known', sql`${t.begunBy} in ('nightly', 'by_hand')`),
    check('sweeps_finished_when_over', sql`(${t.state} = 'running') = (${t.finishedAt} is null)`),
  ],
)

/** How many objects of each kind a sweep has seen. What is neither healed nor unexplained was right. */
export const sweepCounts = pgTable(
  'sweep_counts',
  {
    sweepId: bigint('sweep_id', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    seen: bigint('seen', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ name: 'sweep_counts_pkey', columns: [t.sweepId, t.kind] }),
    foreignKey({
      name: 'sweep_counts_sweep_exists',
      columns: [t.sweepId],
      foreignColumns: [sweeps.id],
    }).onDelete('cascade'),
  ],
)

/** What was not right, and what became of it. The links say whom it is about; NULL: nobody known. */
export const sweepFindings = pgTable(
  'sweep_findings',
  {
    sweepId: bigint('sweep_id', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    objectId: id('object_id').notNull(),
    verdict: text('verdict', { enum: ['healed', 'unexplained'] }).notNull(),
    sentence: text('sentence').notNull(),
    paymentId: id('payment_id'),
    invoiceId: id('invoice_id'),
    customerId: id('customer_id'),
    foundAt: instant('found_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'sweep_findings_pkey', columns: [t.sweepId, t.kind, t.objectId] }),
    index('sweep_findings_by_verdict').on(t.sweepId, t.verdict, t.kind, t.objectId),
    foreignKey({
      name: 'sweep_findings_sweep_exists',
      columns: [t.sweepId],
      foreignColumns: [sweeps.id],
    }).onDelete('cascade'),
    check('sweep_findings_verdict_known', sql`${t.verdict} in ('healed', 'unexplained')`),
  ],
)

/** The money of the lines that only a sweep had written: what an affiliate would not have got, and what would have been too much. */
export const sweepLeakage = pgTable(
  'sweep_leakage',
  {
    sweepId: bigint('sweep_id', { mode: 'number' }).notNull(),
    affiliateId: id('affiliate_id').notNull(),
    currency: text('currency').notNull(),
    missedMinor: minor('missed_minor').notNull(),
    overpaidMinor: minor('overpaid_minor').notNull(),
  },
  (t) => [
    primaryKey({ name: 'sweep_leakage_pkey', columns: [t.sweepId, t.affiliateId, t.currency] }),
    foreignKey({
      name: 'sweep_leakage_sweep_exists',
      columns: [t.sweepId],
      foreignColumns: [sweeps.id],
    }).onDelete('cascade'),
    index('sweep_leakage_by_amount').on(
      t.sweepId,
      t.currency,
      sql`(${t.missedMinor} + ${t.overpaidMinor})`,
      t.affiliateId,
    ),
    check('sweep_leakage_not_negative', sql`${t.missedMinor} >= 0 and ${t.overpaidMinor} >= 0`),
  ],
)

/** What the books took for open when a sweep began, less what it has seen at Stripe since. */
export const sweepOpen = pgTable(
  'sweep_open',
  {
    sweepId: bigint('sweep_id', { mode: 'number' }).notNull(),
    kind: text('kind').notNull(),
    objectId: id('object_id').notNull(),
    /** When Stripe made it. */
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'sweep_open_pkey', columns: [t.sweepId, t.kind, t.objectId] }),
    foreignKey({
      name: 'sweep_open_sweep_exists',
      columns: [t.sweepId],
      foreignColumns: [sweeps.id],
    }).onDelete('cascade'),
  ],
)

/** Requests to Stripe by the machine's day, of all processes together. */
export const stripeCalls = pgTable('stripe_calls', {
  day: date('day', { mode: 'string' }).primaryKey(),
  calls: bigint('calls', { mode: 'number' }).notNull(),
  limited: bigint('limited', { mode: 'number' }).notNull(),
  failed: bigint('failed', { mode: 'number' }).notNull(),
})
