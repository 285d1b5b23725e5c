import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'
import { ledgerTransfers } from './ledger'
import { payoutMethods, payoutDetails } from './payees'

/** `approved` to `paid` are live: their lines are theirs alone. The others gave them back, a draft has none yet. */
export const payoutStates = [
  'draft',
  'approved',
  'sending',
  'unknown',
  'paid',
  'failed',
  'returned',
  'taken_out',
] as const

/** A payout run: drafted for a cut-off day, looked at, approved, sent. */
export const payoutRuns = pgTable(
  'payout_runs',
  {
    id: id('id').primaryKey(),
    state: text('state', { enum: ['draft', 'approved', 'discarded'] }).notNull(),
    cutOffOn: date('cut_off_on', { mode: 'string' }).notNull(),
    /** NULL: all of them. */
    currencies: text('currencies').array(),
    /** Overrules the terms' minimum, in minor units by currency; {}: none. */
    minimums: jsonb('minimums').notNull(),
    draftedBy: text('drafted_by').notNull(),
    draftedAt: instant('drafted_at').notNull(),
    /** The last line of the ledger that the draft saw: later positive ones wait for the next run. */
    throughTransferId: bigint('through_transfer_id', { mode: 'bigint' }).notNull(),
    /** The day of the schedule it was drafted for; NULL: by hand. */
    scheduledOn: date('scheduled_on', { mode: 'string' }),
    /** Of amounts, lines and destinations as they were looked at; NULL: not approved. */
    approvedDigest: text('approved_digest'),
    approvedBy: text('approved_by'),
    approvedAt: instant('approved_at'),
    /** The approver was the only administrator. */
    soleAdministrator: boolean('sole_administrator').notNull().default(false),
    /** Between the approver's second factor and the approval. */
    secondFactorAgeSeconds: integer('second_factor_age_seconds'),
    /** When somebody said to send it; NULL: nobody has. */
    sendingSince: instant('sending_since'),
    /** Why sending was stopped, in a sentence; NULL: it was not. */
    stopped: text('stopped'),
  },
  (t) => [
    uniqueIndex('payout_runs_once_a_schedule').on(t.scheduledOn),
    index('payout_runs_by_time').on(t.draftedAt, t.id),
    check('payout_runs_state_known', sql`${t.state} in ('draft', 'approved', 'discarded')`),
    check(
      'payout_runs_approval_whole',
      sql`(${t.state} = 'approved') = (${t.approvedBy} is not null)
        and (${t.approvedBy} is null) = (${t.approvedAt} is null)
        and (${t.approvedBy} is null) = (${t.approvedDigest} is null)
        and (${t.approvedBy} is null) = (${t.secondFactorAgeSeconds} is null)`,
    ),
    check(
      'payout_runs_two_people',
      sql`${t.approvedBy} is null or ${t.approvedBy} <> ${t.draftedBy} or ${t.soleAdministrator}`,
    ),
    check('payout_runs_second_factor_fresh', sql`${t.secondFactorAgeSeconds} between 0 and 300`),
    check('payout_runs_sent_when_approved', sql`${t.sendingSince} is null or ${t.state} = 'approved'`),
  ],
)

/**
 * Work on a whole run that is under way, or was given up: written outside of its transaction, so that it can be looked at. Gone when it is
 * done.
 */
export const payoutRunWork = pgTable(
  'payout_run_work',
  {
    /** No reference: a run that is being drafted is not there yet. */
    runId: id('run_id').primaryKey(),
    doing: text('doing', { enum: ['draft', 'redraw', 'approve', 'void'] }).notNull(),
    done: integer('done').notNull(),
    /** Payouts to do; 0: not counted yet. */
    of: integer('of').notNull(),
    begunAt: instant('begun_at').notNull(),
    /** By the database's clock; whoever has not been heard of for a minute has died. */
    beatAt: instant('beat_at').notNull(),
    /** Why it was given up, in a sentence; NULL: it was not. */
    problem: text('problem'),
  },
  (t) => [
    check('payout_run_work_doing_known', sql`${t.doing} in ('draft', 'redraw', 'approve', 'void')`),
    check('payout_run_work_not_negative', sql`${t.done} >= 0 and ${t.of} >= 0`),
  ],
)

/** What one affiliate is to get in one currency. From the approval on only its state moves: a trigger holds all else. */
export const payouts = pgTable(
  'payouts',
  {
    id: id('id').primaryKey(),
    runId: id('run_id')
      .notNull()
      .references(() => payoutRuns.id),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    /** What the currency cannot be paid in: the lines add up to amount and carried. */
    carriedMinor: minor('carried_minor').notNull(),
    lineCount: integer('line_count').notNull(),
    linesDigest: text('lines_digest').notNull(),
    detailsId: bigint('details_id', { mode: 'number' })
      .notNull()
      .references(() => payoutDetails.id),
    method: text('method', { enum: payoutMethods }).notNull(),
    destination: jsonb('destination').notNull(),
    /** What the approver is to know of it: `first_payout`, `new_details`, … */
    warnings: text('warnings').array().notNull(),
    state: text('state', { enum: payoutStates }).notNull(),
    /** Why it failed, was taken out or returned; what is not known of it. NULL: nothing to say. */
    reason: text('reason'),
    approvedOn: date('approved_on', { mode: 'string' }),
    /** Stripe's transfer, or the reference of who paid by hand. NULL: not paid. */
    reference: text('reference'),
    paidAt: instant('paid_at'),
    /** How many times it has moved in the ledger: each move has keys of its own. */
    moves: integer('moves').notNull().default(0),
    /** NULL: nobody is sending it. */
    leasedUntil: instant('leased_until'),
    /** When Stripe is asked again what became of it. */
    nextAttemptAt: instant('next_attempt_at'),
    looks: integer('looks').notNull().default(0),
  },
  (t) => [
    uniqueIndex('payouts_one_a_run')
      .on(t.runId, t.affiliateId, t.currency)
      .where(sql`${t.state} <> 'taken_out'`),
    uniqueIndex('payouts_transfer_once')
      .on(t.reference)
      .where(sql`${t.method} = 'stripe'`),
    index('payouts_by_affiliate').on(t.affiliateId, t.id),
    // The console's lists: run by run, in a run by amount, and what is not simply drafted or paid, or has a warning.
    index('payouts_by_run').on(t.runId, t.id),
    index('payouts_by_amount').on(t.runId, t.currency, t.amountMinor, t.id),
    // What the list of runs adds up, from the index alone.
    index('payouts_totals').on(t.runId, t.currency, t.state, t.amountMinor),
    index('payouts_unusual')
      .on(t.state, t.runId, t.id)
      .where(sql`${t.state} not in ('draft', 'paid')`),
    index('payouts_warned')
      .on(t.runId, t.id)
      .where(sql`cardinality(${t.warnings}) > 0`),
    // Whoever sends takes the next hundred, in this order, of perhaps a hundred thousand.
    index('payouts_to_send')
      .on(t.runId, t.id)
      .where(sql`${t.state} in ('approved', 'sending', 'unknown')`),
    check(
      'payouts_state_known',
      sql`${t.state} in ('draft', 'approved', 'sending', 'unknown', 'paid', 'failed', 'returned', 'taken_out')`,
    ),
    check('payouts_method_known', sql`${t.method} in ('stripe', 'paypal', 'wise')`),
    check('payouts_amount_positive', sql`${t.amountMinor} > 0`),
    check('payouts_carried_not_negative', sql`${t.carriedMinor} >= 0`),
    check(
      'payouts_paid_has_reference',
      sql`${t.state} <> 'paid' or (${t.reference} is not null and ${t.paidAt} is not null)`,
    ),
    check(
      'payouts_approved_has_day',
      sql`${t.state} in ('draft', 'taken_out') or ${t.approvedOn} is not null`,
    ),
  ],
)

/** Who could have been in a draft and is not, with the reason. */
export const payoutsLeftOut = pgTable(
  'payouts_left_out',
  {
    runId: id('run_id')
      .notNull()
      .references(() => payoutRuns.id),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    currency: text('currency').notNull(),
    balanceMinor: minor('balance_minor').notNull(),
    reason: text('reason').notNull(),
  },
  (t) => [
    primaryKey({ name: 'payouts_left_out_pkey', columns: [t.runId, t.affiliateId, t.currency] }),
    index('payouts_left_out_by_size').on(t.runId, t.currency, sql`abs(${t.balanceMinor})`, t.affiliateId),
    check(
      'payouts_left_out_reason_known',
      sql`${t.reason} in ('below_minimum', 'debt', 'no_details', 'details_changed', 'same_account', 'suspended', 'applied', 'too_small')`,
    ),
  ],
)

/**
 * The ledger's lines of a payout, from its approval on: insert only, but that they are given back (once). What a line says is copied,
 * so that settling a payment sees what of it is in a payout, also in a replay, where the ledger's ids are others.
 */
export const payoutLines = pgTable(
  'payout_lines',
  {
    payoutId: id('payout_id')
      .notNull()
      .references(() => payouts.id),
    transferId: bigint('transfer_id', { mode: 'bigint' })
      .notNull()
      .references(() => ledgerTransfers.id),
    affiliateId: id('affiliate_id').notNull(),
    currency: text('currency').notNull(),
    /** Positive to the affiliate. */
    amountMinor: minor('amount_minor').notNull(),
    earnedOn: date('earned_on', { mode: 'string' }).notNull(),
    payableOn: date('payable_on', { mode: 'string' }).notNull(),
    kind: text('kind').notNull(),
    lineKey: text('line_key').notNull(),
    paymentId: id('payment_id'),
    invoiceId: id('invoice_id'),
    /** NULL: in its payout for good. */
    releasedAt: instant('released_at'),
  },
  (t) => [
    primaryKey({ name: 'payout_lines_pkey', columns: [t.payoutId, t.transferId] }),
    uniqueIndex('payout_lines_in_one_live_payout')
      .on(t.transferId)
      .where(sql`${t.releasedAt} is null`),
    // Settling a payment asks which of its lines are in a payout.
    index('payout_lines_by_payment')
      .on(t.paymentId)
      .where(sql`${t.releasedAt} is null`),
    check('payout_lines_amount_not_zero', sql`${t.amountMinor} <> 0`),
  ],
)

/** Written before Stripe is asked for a transfer, with the idempotency key it is asked under: insert only. */
export const payoutAttempts = pgTable(
  'payout_attempts',
  {
    payoutId: id('payout_id')
      .notNull()
      .references(() => payouts.id),
    n: integer('n').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    /** By the wall's clock, as Stripe's keys age. */
    at: instant('at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'payout_attempts_pkey', columns: [t.payoutId, t.n] }),
    uniqueIndex('payout_attempts_key_once').on(t.idempotencyKey),
    check('payout_attempts_n_from_one', sql`${t.n} >= 1`),
  ],
)

/** Money that came back of a payout at Stripe: insert only, one row a reversal. */
export const payoutReversals = pgTable(
  'payout_reversals',
  {
    /** Stripe's transfer reversal. */
    id: id('id').primaryKey(),
    payoutId: id('payout_id')
      .notNull()
      .references(() => payouts.id),
    amountMinor: minor('amount_minor').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    index('payout_reversals_by_payout').on(t.payoutId),
    check('payout_reversals_amount_positive', sql`${t.amountMinor} > 0`),
  ],
)
