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
import { id, instant, minor } from './columns'

export const affiliateStatuses = ['applied', 'active', 'suspended', 'closed'] as const
export const codeStatuses = ['provisioning', 'active', 'paused', 'exhausted', 'gone'] as const
export const codeOrigins = ['made', 'assigned'] as const
export const codeDurations = ['forever', 'once', 'repeating'] as const
export const codeSwitches = ['active', 'paused'] as const

export const affiliates = pgTable(
  'affiliates',
  {
    id: id('id').primaryKey(),
    handle: text('handle').notNull(),
    displayName: text('display_name').notNull(),
    email: text('email').notNull(),
    status: text('status', { enum: affiliateStatuses }).notNull(),
    /** The affiliate as a customer of the programme; NULL: not one, as far as we know. */
    stripeCustomerId: id('stripe_customer_id'),
    /** The terms that were consented to; NULL: made by an administrator or a program. */
    consentedTermsId: bigint('consented_terms_id', { mode: 'number' }),
    createdAt: instant('created_at').notNull(),
    closedAt: instant('closed_at'),
    /** When their portal was last opened; NULL: never. */
    seenAt: instant('seen_at'),
    /** The end of the visit before this one: what came since is new to them. NULL: there was none. */
    seenBeforeAt: instant('seen_before_at'),
    /** When their name and address were taken out of the books for good; NULL: never. */
    forgottenAt: instant('forgotten_at'),
  },
  (t) => [
    uniqueIndex('affiliates_handle_once').on(sql`lower(${t.handle})`),
    uniqueIndex('affiliates_email_once').on(sql`lower(${t.email})`),
    // The console's list by time, among one status, and by name. What is searched for has its index in the migration.
    index('affiliates_by_time').on(t.createdAt, t.id),
    index('affiliates_by_status').on(t.status, t.createdAt, t.id),
    index('affiliates_by_name').on(sql`lower(${t.displayName})`, t.id),
    check('affiliates_status_known', sql`${t.status} in ('applied', 'active', 'suspended', 'closed')`),
    check('affiliates_closed_has_date', sql`(${t.status} = 'closed') = (${t.closedAt} is not null)`),
  ],
)

/** What was ever an affiliate's in one currency, when last counted, to be listed by: shown, and never what somebody is paid by. */
export const affiliateFigures = pgTable(
  'affiliate_figures',
  {
    affiliateId: id('affiliate_id').notNull(),
    currency: text('currency').notNull(),
    /** The lifetime figure: of all accounts, whenever it is earned. */
    earnedMinor: minor('earned_minor').notNull(),
  },
  (t) => [
    primaryKey({ name: 'affiliate_figures_pkey', columns: [t.affiliateId, t.currency] }),
    index('affiliate_figures_by_size').on(t.currency, t.earnedMinor, t.affiliateId),
  ],
)

/** What an affiliate chose for themselves; no row: English, and all mails. */
export const affiliatePreferences = pgTable(
  'affiliate_preferences',
  {
    affiliateId: id('affiliate_id')
      .primaryKey()
      .references(() => affiliates.id),
    /** How numbers and days are written, as in `de` or `pt-BR`. */
    locale: text('locale').notNull(),
    /** Kinds of mail that are not wanted. */
    mailsOff: text('mails_off').array().notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    check('affiliate_preferences_locale_shaped', sql`${t.locale} ~ '^[a-z]{2}(-[A-Z]{2})?$'`),
    check(
      'affiliate_preferences_mails_known',
      sql`${t.mailsOff} <@ array['new_customer', 'first_commission', 'monthly_summary', 'payout_sent', 'reversal_after_payout', 'held', 'new_terms']`,
    ),
  ],
)

/** A change of address that both mailboxes have to confirm; gone once it is done. */
export const emailChanges = pgTable(
  'email_changes',
  {
    affiliateId: id('affiliate_id')
      .primaryKey()
      .references(() => affiliates.id),
    newEmail: text('new_email').notNull(),
    /** SHA-256 of what each mailbox was sent. */
    oldToken: text('old_token').notNull(),
    newToken: text('new_token').notNull(),
    oldConfirmedAt: instant('old_confirmed_at'),
    newConfirmedAt: instant('new_confirmed_at'),
    askedAt: instant('asked_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [
    uniqueIndex('email_changes_old_token_once').on(t.oldToken),
    uniqueIndex('email_changes_new_token_once').on(t.newToken),
  ],
)

/**
 * How an affiliate stood, from when: insert only. A payment is judged by the standing in its second; before the first row that is
 * `active`.
 */
export const affiliateStatusChanges = pgTable(
  'affiliate_status_changes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    at: instant('at').notNull(),
    status: text('status', { enum: ['active', 'suspended', 'closed'] }).notNull(),
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
  },
  (t) => [
    index('affiliate_status_changes_by_affiliate').on(t.affiliateId, t.id),
    check('affiliate_status_changes_status_known', sql`${t.status} in ('active', 'suspended', 'closed')`),
  ],
)

/** A permanent code: one row a Stripe promotion code, written before Stripe is asked so that a crash in between leaves a trace. */
export const codes = pgTable(
  'codes',
  {
    code: text('code').primaryKey(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** Chosen by us before Stripe is asked, so that a second coupon is impossible. */
    stripeCouponId: id('stripe_coupon_id').notNull(),
    /** NULL while Stripe has not confirmed it. */
    stripePromotionCodeId: id('stripe_promotion_code_id'),
    status: text('status', { enum: codeStatuses }).notNull(),
    /** Basis points off; NULL: a fixed amount. */
    percentOffBps: integer('percent_off_bps'),
    amountOffMinor: minor('amount_off_minor'),
    amountOffCurrency: text('amount_off_currency'),
    /** NULL: no cap. */
    maxRedemptions: integer('max_redemptions'),
    /** As Stripe counts them, when last read. */
    redemptions: integer('redemptions').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    /** When Stripe is asked next; NULL: nothing left to do. */
    provisionAt: instant('provision_at'),
    provisionAttempts: integer('provision_attempts').notNull().default(0),
    provisionError: text('provision_error'),
    /** In which way Stripe says something else than we do, in a sentence; NULL: in none. */
    drift: text('drift'),
    /** `assigned`: it was there before, and its coupon may be that of other codes too. */
    origin: text('origin', { enum: codeOrigins }).notNull().default('made'),
    /** An administrator chose the text, so that it never becomes another one. */
    textChosen: boolean('text_chosen').notNull().default(false),
    duration: text('duration', { enum: codeDurations }).notNull().default('forever'),
    /** NULL: not of so many months. */
    durationInMonths: integer('duration_in_months'),
    /** When it can no longer be redeemed; NULL: never. */
    expiresAt: instant('expires_at'),
    firstTimeOnly: boolean('first_time_only').notNull().default(false),
    /** What a purchase has to reach; NULL: nothing. */
    minimumAmountMinor: minor('minimum_amount_minor'),
    minimumAmountCurrency: text('minimum_amount_currency'),
    /** The one customer of Stripe's who may use it; NULL: everybody. */
    onlyCustomerId: id('only_customer_id'),
    /** False: it was paused here. */
    wanted: boolean('wanted').notNull().default(true),
    /** What it is to be at Stripe, decided and not confirmed yet; NULL: nothing is under way. */
    switchTo: text('switch_to', { enum: codeSwitches }),
    /** Customers and guests seen to have used it, when last counted. */
    seen: integer('seen').notNull().default(0),
  },
  (t) => [
    uniqueIndex('codes_text_once').on(sql`upper(${t.code})`),
    uniqueIndex('codes_promotion_code_once').on(t.stripePromotionCodeId),
    index('codes_by_affiliate').on(t.affiliateId),
    index('codes_by_coupon').on(t.stripeCouponId),
    // The console's list by time, by use, among one status, and of what needs a look.
    index('codes_by_age').on(t.createdAt, t.code),
    index('codes_by_use').on(t.redemptions, t.code),
    index('codes_by_status').on(t.status, t.createdAt, t.code),
    index('codes_to_look_at')
      .on(t.createdAt, t.code)
      .where(sql`${t.drift} is not null or ${t.provisionError} is not null`),
    index('codes_to_provision')
      .on(t.provisionAt)
      .where(sql`${t.provisionAt} is not null`),
    check(
      'codes_status_known',
      sql`${t.status} in ('provisioning', 'active', 'paused', 'exhausted', 'gone')`,
    ),
    check('codes_one_discount', sql`(${t.percentOffBps} is null) <> (${t.amountOffMinor} is null)`),
    check('codes_amount_has_currency', sql`(${t.amountOffMinor} is null) = (${t.amountOffCurrency} is null)`),
    check('codes_percent_in_range', sql`${t.percentOffBps} between 1 and 10000`),
    check(
      'codes_provisioned_or_due',
      sql`${t.stripePromotionCodeId} is not null or ${t.provisionAt} is not null or ${t.status} = 'gone'`,
    ),
    check('codes_origin_known', sql`${t.origin} in ('made', 'assigned')`),
    check('codes_duration_known', sql`${t.duration} in ('forever', 'once', 'repeating')`),
    check(
      'codes_months_where_repeating',
      sql`(${t.duration} = 'repeating') = (${t.durationInMonths} is not null)`,
    ),
    check(
      'codes_minimum_has_currency',
      sql`(${t.minimumAmountMinor} is null) = (${t.minimumAmountCurrency} is null)`,
    ),
    check('codes_switch_known', sql`${t.switchTo} in ('active', 'paused')`),
    check('codes_switch_is_due', sql`${t.switchTo} is null or ${t.provisionAt} is not null`),
  ],
)

/** Who decided what: insert only, written in the transaction of the deed. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant('at').notNull(),
    actorKind: text('actor_kind', { enum: ['person', 'api_key', 'system', 'webhook'] }).notNull(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    subjectId: text('subject_id').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    reason: text('reason'),
  },
  (t) => [
    index('audit_entries_by_subject').on(t.subjectId, t.id),
    index('audit_entries_by_actor').on(t.actorId, t.id),
    index('audit_entries_by_time').on(t.at),
    // Whose beginning is asked for too: `terms.`
    index('audit_entries_by_action').on(t.action.op('text_pattern_ops')),
    check('audit_entries_actor_known', sql`${t.actorKind} in ('person', 'api_key', 'system', 'webhook')`),
  ],
)

/** What the console's people wrote down about an affiliate, for each other; insert only. */
export const affiliateNotes = pgTable(
  'affiliate_notes',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    text: text('text').notNull(),
    writtenBy: text('written_by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [index('affiliate_notes_by_affiliate').on(t.affiliateId, t.id)],
)
