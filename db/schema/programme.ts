import { sql } from 'drizzle-orm'
import { bigint, boolean, check, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytes, id, instant } from './columns'

/** One row: whose books these are. A start with a Stripe key of another kind or account is refused. */
export const programme = pgTable(
  'programme',
  {
    id: integer('id').primaryKey().default(1),
    name: text('name').notNull(),
    booksMode: text('books_mode', { enum: ['sandbox', 'test', 'live'] }).notNull(),
    /** NULL until Stripe has told us. */
    stripeAccountId: id('stripe_account_id'),
    startedAt: instant('started_at').notNull(),
    /** How far the sandbox's clock runs ahead of the wall's; always 0 where money is real. */
    clockOffsetSeconds: integer('clock_offset_seconds').notNull().default(0),
    /** What pages and letters are coloured with, as in `#0b6e7f`; NULL: Tributary's own. */
    accent: text('accent'),
    /** Of `programme_logos`; NULL: Tributary's own mark. */
    logoId: bigint('logo_id', { mode: 'number' }),
  },
  (t) => [
    check('programme_is_one_row', sql`${t.id} = 1`),
    check('programme_books_mode_known', sql`${t.booksMode} in ('sandbox', 'test', 'live')`),
    check('programme_clock_runs_true', sql`${t.booksMode} = 'sandbox' or ${t.clockOffsetSeconds} = 0`),
    check('programme_accent_shaped', sql`${t.accent} ~ '^#[0-9a-f]{6}$'`),
  ],
)

/** Pictures that stood for the programme; insert only, so that the address of one never shows another. */
export const programmeLogos = pgTable(
  'programme_logos',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    picture: bytes('picture').notNull(),
    mediaType: text('media_type', { enum: ['image/png', 'image/jpeg'] }).notNull(),
    width: integer('width').notNull(),
    height: integer('height').notNull(),
    uploadedAt: instant('uploaded_at').notNull(),
  },
  (t) => [
    check('programme_logos_media_type_known', sql`${t.mediaType} in ('image/png', 'image/jpeg')`),
    check('programme_logos_small', sql`octet_length(${t.picture}) <= 262144`),
  ],
)

/** Affiliates who share terms of their own; insert only. Who is in it, and since when, stands in the affiliate's own terms. */
export const affiliateGroups = pgTable(
  'affiliate_groups',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
    createdBy: text('created_by').notNull(),
  },
  (t) => [uniqueIndex('affiliate_groups_name_once').on(sql`lower(${t.name})`)],
)

/**
 * Versions of the terms; insert only. A programme's row is the whole document, a group's or an affiliate's only the keys it overrides;
 * an affiliate's also names their group. A payment is judged by the last version of each that took effect no later than its second.
 */
export const terms = pgTable(
  'terms',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** NULL: the programme's or a group's. */
    affiliateId: id('affiliate_id'),
    /** NULL: the programme's or an affiliate's. */
    groupId: id('group_id').references(() => affiliateGroups.id),
    effectiveFrom: instant('effective_from').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    recordedBy: text('recorded_by').notNull(),
    /** Written before anything was settled (setup): may reach back, the very first for ever. No others may reach back at all. */
    first: boolean('first').notNull().default(false),
    values: jsonb('values').notNull(),
  },
  (t) => [
    check('terms_never_reach_back', sql`${t.first} or ${t.effectiveFrom} >= ${t.recordedAt}`),
    check(
      'terms_first_are_the_programmes',
      sql`not ${t.first} or (${t.affiliateId} is null and ${t.groupId} is null)`,
    ),
    check('terms_of_one', sql`${t.affiliateId} is null or ${t.groupId} is null`),
    uniqueIndex('terms_one_version_an_instant').on(
      sql`coalesce(${t.affiliateId}, ${t.groupId}, '')`,
      t.effectiveFrom,
      t.id,
    ),
  ],
)

/** How far the letters about a change of the terms are written; a row with each change that is told of. */
export const termsLetters = pgTable('terms_letters', {
  termsId: bigint('terms_id', { mode: 'number' })
    .primaryKey()
    .references(() => terms.id),
  /** The last affiliate, by id, of whom it is known whether it concerns them; empty: of nobody yet. */
  toldUpTo: text('told_up_to').notNull().default(''),
  /** NULL: there are more. */
  finishedAt: instant('finished_at'),
})
