import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant } from './columns'

/** Auth.js's tables: a person is an e-mail address that was confirmed by a link. What they may do is looked up, never stored here. */
export const users = pgTable(
  'users',
  {
    id: text('id')
      .primaryKey()
      .$defaultFn(() => crypto.randomUUID()),
    name: text('name'),
    email: text('email').notNull(),
    emailVerified: instant('email_verified'),
    image: text('image'),
  },
  (t) => [uniqueIndex('users_email_once').on(sql`lower(${t.email})`)],
)

export const accounts = pgTable(
  'accounts',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    type: text('type').notNull(),
    provider: text('provider').notNull(),
    providerAccountId: text('provider_account_id').notNull(),
  },
  (t) => [primaryKey({ name: 'accounts_pkey', columns: [t.provider, t.providerAccountId] })],
)

export const sessions = pgTable(
  'sessions',
  {
    sessionToken: text('session_token').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    expires: instant('expires').notNull(),
    /** When a second factor was last given in it, by the wall's clock; NULL: never. */
    secondFactorAt: instant('second_factor_at'),
    /** NULL: before this was kept. */
    beganAt: instant('began_at'),
    /** What the browser called itself at sign-in; NULL: it did not say. */
    browser: text('browser'),
  },
  (t) => [index('sessions_by_user').on(t.userId)],
)

export const verificationTokens = pgTable(
  'verification_tokens',
  {
    identifier: text('identifier').notNull(),
    token: text('token').notNull(),
    expires: instant('expires').notNull(),
  },
  (t) => [primaryKey({ name: 'verification_tokens_pkey', columns: [t.identifier, t.token] })],
)

export const administratorRoles = ['admin', 'finance', 'viewer'] as const

export const administrators = pgTable(
  'administrators',
  {
    id: id('id').primaryKey(),
    email: text('email').notNull(),
    role: text('role', { enum: administratorRoles }).notNull(),
    createdAt: instant('created_at').notNull(),
    /** NULL: may sign in. */
    disabledAt: instant('disabled_at'),
  },
  (t) => [
    uniqueIndex('administrators_email_once').on(sql`lower(${t.email})`),
    check('administrators_role_known', sql`${t.role} in ('admin', 'finance', 'viewer')`),
  ],
)

export const apiKeys = pgTable(
  'api_keys',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    scope: text('scope', { enum: ['admin', 'read'] }).notNull(),
    /** SHA-256 of the key, which is shown once and has 160 random bits. */
    hash: text('hash').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
    /** NULL: valid. */
    revokedAt: instant('revoked_at'),
  },
  (t) => [
    uniqueIndex('api_keys_hash_once').on(t.hash),
    check('api_keys_scope_known', sql`${t.scope} in ('admin', 'read')`),
  ],
)

/** First answers to POST requests that carried an Idempotency-Key. */
export const apiAnswers = pgTable(
  'api_answers',
  {
    apiKeyId: id('api_key_id').notNull(),
    idempotencyKey: text('idempotency_key').notNull(),
    requestDigest: text('request_digest').notNull(),
    /** NULL while the first request is being answered. */
    status: integer('status'),
    body: jsonb('body'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ name: 'api_answers_pkey', columns: [t.apiKeyId, t.idempotencyKey] })],
)

/** Outgoing mail, written in the transaction of its cause and sent once. */
export const mails = pgTable(
  'mails',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** NULL: not to an affiliate. */
    affiliateId: id('affiliate_id').references(() => affiliates.id),
    recipient: text('recipient').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    html: text('html').notNull(),
    /** What it is about, once: `welcome/aff_…`. */
    cause: text('cause').notNull(),
    createdAt: instant('created_at').notNull(),
    /** NULL: not sent; stays NULL where no mail server is configured. */
    sentAt: instant('sent_at'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    error: text('error'),
  },
  (t) => [
    uniqueIndex('mails_once_a_cause').on(t.cause),
    index('mails_to_send')
      .on(t.nextAttemptAt)
      .where(sql`${t.sentAt} is null`),
  ],
)

/** An administrator's second factor: one-time codes by time (RFC 6238). */
export const secondFactors = pgTable('second_factors', {
  administratorId: id('administrator_id')
    .primaryKey()
    .references(() => administrators.id),
  /** Sealed with the application's secret. */
  sealedSecret: text('sealed_secret').notNull(),
  createdAt: instant('created_at').notNull(),
  /** NULL: never shown to work, so it does not count yet. */
  confirmedAt: instant('confirmed_at'),
  /** The last step of 30 s whose code was taken: a code works once. */
  lastStep: bigint('last_step', { mode: 'number' }),
  failures: integer('failures').notNull().default(0),
  /** NULL: codes are looked at. */
  lockedUntil: instant('locked_until'),
})

/** One-time codes for who lost the device; digests only. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    administratorId: id('administrator_id')
      .notNull()
      .references(() => administrators.id),
    hash: text('hash').notNull(),
    /** NULL: can be used. */
    usedAt: instant('used_at'),
  },
  (t) => [primaryKey({ name: 'recovery_codes_pkey', columns: [t.administratorId, t.hash] })],
)
