import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'

/** What an administrator decided about a debt: insert only; the ledger's lines bear its id. */
export const debtDecisions = pgTable(
  'debt_decisions',
  {
    id: id('id').primaryKey(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    kind: text('kind', { enum: ['set_off', 'write_off'] }).notNull(),
    /** Of the debt that gets smaller by `amount_minor`. */
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    /** Of the balance it is set off against; NULL: written off. */
    fromCurrency: text('from_currency'),
    fromMinor: minor('from_minor'),
    /** Units of `from_currency` for one of `currency`, as a decimal. */
    rate: text('rate'),
    reason: text('reason').notNull(),
    decidedBy: text('decided_by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    index('debt_decisions_by_affiliate').on(t.affiliateId, t.at),
    check('debt_decisions_kind_known', sql`${t.kind} in ('set_off', 'write_off')`),
    check('debt_decisions_amount_positive', sql`${t.amountMinor} > 0 and coalesce(${t.fromMinor}, 1) > 0`),
    check(
      'debt_decisions_set_off_whole',
      sql`(${t.kind} = 'set_off') = (${t.fromCurrency} is not null)
        and (${t.kind} = 'set_off') = (${t.fromMinor} is not null) and (${t.kind} = 'set_off') = (${t.rate} is not null)`,
    ),
  ],
)
