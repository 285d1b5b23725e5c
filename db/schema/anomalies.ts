import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant } from './columns'

/**
 * The answer of a rule about a payment: insert only, a further row where the answer changes; the last of a payment and rule counts.
 * Rules that look across customers are answered here and nowhere else: settling a payment reads their answers as facts.
 */
export const anomalySignals = pgTable(
  'anomaly_signals',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    paymentId: id('payment_id').notNull(),
    rule: text('rule').notNull(),
    /** The how-many-th answer: two writers of the same one collide here. */
    seq: integer('seq').notNull(),
    /** False: the evidence of the row before is gone. */
    stands: boolean('stands').notNull(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** By the terms in force in the payment's second. */
    action: text('action', { enum: ['void', 'hold', 'notice'] }).notNull(),
    /** Which values matched, in words, without any personal data. */
    evidence: text('evidence').notNull(),
    /** When the evidence was there: mostly the moment of payment. */
    at: instant('at').notNull(),
    recordedAt: instant('recorded_at').notNull(),
  },
  (t) => [
    uniqueIndex('anomaly_signals_once').on(t.paymentId, t.rule, t.seq),
    // The list of what needs a look, newest first.
    index('anomaly_signals_by_time').on(t.at, t.id),
    index('anomaly_signals_by_affiliate').on(t.affiliateId),
    check('anomaly_signals_action_known', sql`${t.action} in ('void', 'hold', 'notice')`),
    check('anomaly_signals_seq_from_one', sql`${t.seq} >= 1`),
  ],
)

/** An administrator's word on a payment, or on a customer with all payments past and to come: insert only, the last row counts. */
export const verdicts = pgTable(
  'verdicts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    subjectKind: text('subject_kind', { enum: ['payment', 'customer'] }).notNull(),
    subjectId: id('subject_id').notNull(),
    /** `lift` takes the row before it back. */
    decision: text('decision', { enum: ['void', 'clear', 'hold', 'lift'] }).notNull(),
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    index('verdicts_by_subject').on(t.subjectId, t.id),
    // What was voided or held: few among what was cleared.
    index('verdicts_against')
      .on(t.decision, t.subjectKind, t.subjectId)
      .where(sql`${t.decision} in ('void', 'hold')`),
    check('verdicts_subject_known', sql`${t.subjectKind} in ('payment', 'customer')`),
    check('verdicts_decision_known', sql`${t.decision} in ('void', 'clear', 'hold', 'lift')`),
  ],
)

/** An affiliate whom a rule does not concern (an agency that buys for its clients): insert only, the last row of a rule counts. */
export const exemptions = pgTable(
  'exemptions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** NULL: all of them. */
    rule: text('rule'),
    /** False: it ends; payments made before stay exempt. */
    exempt: boolean('exempt').notNull(),
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('exemptions_by_affiliate').on(t.affiliateId, t.id)],
)

/** By what a payment can be compared with others: one row each, rebuilt from facts at any time. */
export const paymentTraits = pgTable(
  'payment_traits',
  {
    paymentId: id('payment_id').primaryKey(),
    /** NULL: nobody's. */
    affiliateId: id('affiliate_id'),
    /** NULL: a guest. */
    customerId: id('customer_id'),
    paidAt: instant('paid_at').notNull(),
    /** NULL: not paid by card. */
    cardFingerprint: text('card_fingerprint'),
    /** Of the billing name and postal code; NULL: not both known. */
    payerDigest: text('payer_digest'),
    /** When money first went back; NULL: never. */
    returnedAt: instant('returned_at'),
  },
  (t) => [
    // In the order of the buyers, so that counting a few of them ends early.
    index('payment_traits_by_card_and_buyer')
      .on(t.cardFingerprint, t.affiliateId, sql`(coalesce(${t.customerId}, ${t.paymentId}))`)
      .where(sql`${t.cardFingerprint} is not null`),
    index('payment_traits_by_payer')
      .on(t.payerDigest, t.affiliateId)
      .where(sql`${t.payerDigest} is not null`),
    index('payment_traits_by_customer').on(t.customerId, t.paidAt),
    // Refund rates of a span of time: `by_time`, `by_return`.
    index('payment_traits_by_time')
      .on(t.paidAt, t.affiliateId)
      .where(sql`${t.affiliateId} is not null`),
    index('payment_traits_by_return')
      .on(t.returnedAt, t.affiliateId)
      .where(sql`${t.returnedAt} is not null`),
  ],
)

/**
 * By what an affiliate is found among the customers: every address they had, from when; written when it is first needed, at the latest
 * when it changes. Digests only, so that payments are judged the same after the address is gone.
 */
export const affiliateSigns = pgTable(
  'affiliate_signs',
  {
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** Of the address as its provider reads it. */
    emailDigest: text('email_digest').notNull(),
    domainDigest: text('domain_digest').notNull(),
    domainClass: text('domain_class', { enum: ['company', 'free', 'shared', 'disposable'] }).notNull(),
    /** NULL: since ever. */
    since: instant('since'),
  },
  (t) => [
    primaryKey({ name: 'affiliate_signs_pkey', columns: [t.affiliateId, t.emailDigest] }),
    index('affiliate_signs_by_email').on(t.emailDigest),
    check(
      'affiliate_signs_domain_class_known',
      sql`${t.domainClass} in ('company', 'free', 'shared', 'disposable')`,
    ),
  ],
)

/**
 * Payments whose traits changed: their neighbours are to be judged anew. A row each, never shared, so that settling waits for nobody;
 * what is committed with its mark is seen by the review that takes the mark away.
 */
export const anomalyMarks = pgTable('anomaly_marks', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  paymentId: id('payment_id').notNull(),
  /** Whose it was before; NULL: nobody else's. */
  formerAffiliateId: id('former_affiliate_id'),
  /** From which moment the change counts for others; NULL: from the payment on. */
  countsFrom: instant('counts_from'),
})
