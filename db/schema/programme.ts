import { sql } from 'drizzle-orm'
import { bigint, boolean, check, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, instant } from './columns'

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
  },
  (t) => [
    check('programme_is_one_row', sql`${t.id} = 1`),
    check('programme_books_mode_known', sql`${t.booksMode} in ('sandbox', 'test', 'live')`),
    check('programme_clock_runs_true', sql`${t.booksMode} = 'sandbox' or ${t.clockOffsetSeconds} = 0`),
  ],
)

/**
 * Versions of the terms; insert only. A programme's row is the whole document, an affiliate's only the keys it overrides.
 * A payment is judged by the last version of each that took effect no later than its second.
 */
export const terms = pgTable(
  'terms',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** NULL: the programme's own. */
    affiliateId: id('affiliate_id'),
    effectiveFrom: instant('effective_from').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    recordedBy: text('recorded_by').notNull(),
    /** Written before anything was settled (setup): may reach back, the very first for ever. No others may reach back at all. */
    first: boolean('first').notNull().default(false),
    values: jsonb('values').notNull(),
  },
  (t) => [
    check('terms_never_reach_back', sql`${t.first} or ${t.effectiveFrom} >= ${t.recordedAt}`),
    check('terms_first_are_the_programmes', sql`not ${t.first} or ${t.affiliateId} is null`),
    uniqueIndex('terms_one_version_an_instant').on(
      sql`coalesce(${t.affiliateId}, '')`,
      t.effectiveFrom,
      t.id,
    ),
  ],
)
