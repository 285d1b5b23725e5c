import { sql } from 'drizzle-orm'
import { check, date, index, pgTable, text } from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'

/** A credit or a debit by hand: insert only; the ledger's one line of it bears its id. */
export const adjustments = pgTable(
  'adjustments',
  {
    id: id('id').primaryKey(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    direction: text('direction', { enum: ['credit', 'debit'] }).notNull(),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    payableOn: date('payable_on', { mode: 'string' }).notNull(),
    /** The affiliate reads it too. */
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    index('adjustments_by_affiliate').on(t.affiliateId, t.at),
    check('adjustments_direction_known', sql`${t.direction} in ('credit', 'debit')`),
    check('adjustments_amount_positive', sql`${t.amountMinor} > 0`),
    check('adjustments_never_reach_back', sql`${t.payableOn} >= (${t.at} at time zone 'UTC')::date`),
  ],
)
