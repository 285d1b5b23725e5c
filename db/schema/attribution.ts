import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'

export const evidenceKinds = [
  'invoice_discount',
  'session_discount',
  'subscription_discount',
  'metadata',
  'administrator',
] as const

/**
 * A sign that a code touched a customer: insert only, as seen, not resolved. Whom it names is computed from the codes known when
 * it is read, so that a mapping learnt later settles the past too.
 */
export const evidence = pgTable(
  'evidence',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** The customer's id, or the payment's where the buyer is a guest. */
    subjectId: id('subject_id').notNull(),
    kind: text('kind', { enum: evidenceKinds }).notNull(),
    /** Ties of `at` are decided by this order: 1 invoice, 2 session, 3 subscription, 4 metadata, 5 administrator. */
    rank: smallint('rank').notNull(),
    at: instant('at').notNull(),
    sourceId: id('source_id').notNull(),
    discountId: id('discount_id'),
    promotionCodeId: id('promotion_code_id'),
    couponId: id('coupon_id'),
    promotionAffiliateId: id('promotion_affiliate_id'),
    couponAffiliateId: id('coupon_affiliate_id'),
    codeText: text('code_text'),
    /** Of the object itself (kinds metadata and administrator). */
    namedAffiliateId: id('named_affiliate_id'),
    reason: text('reason'),
    recordedAt: instant('recorded_at').notNull(),
    /** Of all that was seen but `at`. */
    digest: text('digest').notNull(),
  },
  (t) => [
    uniqueIndex('evidence_once').on(t.subjectId, t.digest, t.at),
    index('evidence_by_promotion_code').on(t.promotionCodeId),
    index('evidence_by_coupon').on(t.couponId),
    // Whose payments a code that is new to the books decides about.
    index('evidence_by_code_text')
      .on(sql`upper(${t.codeText})`)
      .where(sql`${t.codeText} is not null`),
    check(
      'evidence_kind_known',
      sql`${t.kind} in ('invoice_discount', 'session_discount', 'subscription_discount', 'metadata', 'administrator')`,
    ),
  ],
)

/**
 * What an administrator made of a code at Stripe that is not one of ours: insert only, the last row of a promotion code or coupon
 * counts. `open` takes the row before it back.
 */
export const codeDecisions = pgTable(
  'code_decisions',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** NULL: about a coupon, whatever promotion code it came by. */
    promotionCodeId: id('promotion_code_id'),
    /** NULL: about a promotion code. */
    couponId: id('coupon_id'),
    /** What it was called when it was decided; NULL: nobody said. */
    name: text('name'),
    decision: text('decision', { enum: ['house', 'affiliate', 'open'] }).notNull(),
    /** NULL: nobody's. */
    affiliateId: id('affiliate_id').references(() => affiliates.id),
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
    decidedAt: instant('decided_at').notNull(),
  },
  (t) => [
    index('code_decisions_by_promotion_code').on(t.promotionCodeId, t.id),
    index('code_decisions_by_coupon').on(t.couponId, t.id),
    check('code_decisions_about_one', sql`(${t.promotionCodeId} is null) <> (${t.couponId} is null)`),
    check('code_decisions_decision_known', sql`${t.decision} in ('house', 'affiliate', 'open')`),
    check(
      'code_decisions_affiliate_named',
      sql`(${t.decision} = 'affiliate') = (${t.affiliateId} is not null)`,
    ),
  ],
)

/** One row a customer of Stripe's: the lock for their attribution, and its present result. Rebuilt from facts at any time. */
export const customers = pgTable(
  'customers',
  {
    id: id('id').primaryKey(),
    /** NULL: nobody's. */
    affiliateId: id('affiliate_id').references(() => affiliates.id),
    since: instant('since'),
    matchedBy: text('matched_by'),
    evidenceId: bigint('evidence_id', { mode: 'number' }),
    /** j•••@g•••.com, made when it was read; NULL: never seen. */
    maskedEmail: text('masked_email'),
    firstPaidAt: instant('first_paid_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    index('customers_by_affiliate')
      .on(t.affiliateId, t.since)
      .where(sql`${t.affiliateId} is not null`),
    // The console's list of customers: those of somebody, and those of nobody.
    index('customers_by_since')
      .on(t.since, t.id)
      .where(sql`${t.affiliateId} is not null`),
    index('customers_of_nobody')
      .on(t.createdAt, t.id)
      .where(sql`${t.affiliateId} is null`),
    check('customers_attribution_whole', sql`(${t.affiliateId} is null) = (${t.since} is null)`),
  ],
)

/**
 * What waits for a person: a discount that names nobody, a customer whom two claim, a payment that a rule holds, voids or (`notice`) only
 * notices, and nobody has judged. Written with what it follows from and rebuilt from it at any time; lists begin here, and look again.
 */
export const looseEnds = pgTable(
  'loose_ends',
  {
    /** A customer, or the payment of a guest; of `review` and `notice` the payment. */
    subjectId: id('subject_id').notNull(),
    kind: text('kind', { enum: ['unmatched', 'conflict', 'review', 'notice'] }).notNull(),
  },
  (t) => [
    primaryKey({ name: 'loose_ends_pkey', columns: [t.kind, t.subjectId] }),
    index('loose_ends_by_subject').on(t.subjectId),
    check('loose_ends_kind_known', sql`${t.kind} in ('unmatched', 'conflict', 'review', 'notice')`),
  ],
)

/** One row an invoice that was heard of: the lock for its links. */
export const invoices = pgTable(
  'invoices',
  {
    id: id('id').primaryKey(),
    customerId: id('customer_id'),
    subscriptionId: id('subscription_id'),
    status: text('status'),
  },
  (t) => [
    index('invoices_by_subscription').on(t.subscriptionId),
    index('invoices_by_customer').on(t.customerId),
  ],
)

/** A subscription as it last was. Rebuilt from facts at any time. */
export const subscriptions = pgTable(
  'subscriptions',
  {
    id: id('id').primaryKey(),
    customerId: id('customer_id').notNull(),
    status: text('status').notNull(),
    currency: text('currency').notNull(),
    mrrMinor: minor('mrr_minor').notNull(),
    /** "month" or "year" with a count, as on the first item; NULL: no items. */
    interval: text('interval'),
    intervalCount: integer('interval_count'),
    productId: id('product_id'),
    /** What the shop calls the first item's price; NULL: nothing, or not seen since this is kept. */
    planName: text('plan_name'),
    startedAt: instant('started_at').notNull(),
    /** NULL: it runs. */
    endedAt: instant('ended_at'),
  },
  (t) => [index('subscriptions_by_customer').on(t.customerId)],
)

/** The MRR of a subscription from a moment on: past months stay as they were when a price changes. */
export const subscriptionMrr = pgTable(
  'subscription_mrr',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    subscriptionId: id('subscription_id').notNull(),
    customerId: id('customer_id').notNull(),
    at: instant('at').notNull(),
    currency: text('currency').notNull(),
    mrrMinor: minor('mrr_minor').notNull(),
    status: text('status').notNull(),
  },
  (t) => [
    uniqueIndex('subscription_mrr_once').on(t.subscriptionId, t.at, t.status, t.mrrMinor),
    index('subscription_mrr_by_customer').on(t.customerId),
  ],
)

/**
 * What usage brought: of a paid invoice, each metered price and period of its subscription's, after discounts and without included tax.
 * MRR counts usage by these, so they stay as they were paid.
 */
export const meteredRevenue = pgTable(
  'metered_revenue',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    subscriptionId: id('subscription_id').notNull(),
    customerId: id('customer_id').notNull(),
    invoiceId: id('invoice_id').notNull(),
    priceId: id('price_id').notNull(),
    periodStart: instant('period_start').notNull(),
    periodEnd: instant('period_end').notNull(),
    paidAt: instant('paid_at').notNull(),
    currency: text('currency').notNull(),
    netMinor: minor('net_minor').notNull(),
  },
  (t) => [
    uniqueIndex('metered_revenue_once').on(
      t.subscriptionId,
      t.invoiceId,
      t.priceId,
      t.periodStart,
      t.periodEnd,
    ),
    index('metered_revenue_by_customer').on(t.customerId),
  ],
)
