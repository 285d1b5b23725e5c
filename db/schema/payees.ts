import { sql } from 'drizzle-orm'
import { bigint, check, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant } from './columns'

export const payoutMethods = ['stripe', 'paypal', 'wise'] as const

/** Where an affiliate wants their money: insert only, the last row counts. */
export const payoutDetails = pgTable(
  'payout_details',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    method: text('method', { enum: payoutMethods }).notNull(),
    /** As the method needs it (lib/payouts/schemas.ts). */
    destination: jsonb('destination').notNull(),
    /** Of method and destination, as their provider reads them: two affiliates with the same are paid to one account. */
    digest: text('digest').notNull(),
    changedBy: text('changed_by').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    index('payout_details_by_affiliate').on(t.affiliateId, t.id),
    index('payout_details_by_digest').on(t.digest),
    check('payout_details_method_known', sql`${t.method} in ('stripe', 'paypal', 'wise')`),
  ],
)

/** Affiliates' accounts at Stripe Connect, with what Stripe last said of them. */
export const connectAccounts = pgTable(
  'connect_accounts',
  {
    affiliateId: id('affiliate_id')
      .primaryKey()
      .references(() => affiliates.id),
    /** NULL while Stripe has not confirmed it. */
    stripeAccountId: id('stripe_account_id'),
    transfers: text('transfers', { enum: ['inactive', 'pending', 'active'] })
      .notNull()
      .default('inactive'),
    checkedAt: instant('checked_at'),
    /** When Stripe was asked for it last, by the wall's clock; NULL: before this was written down. */
    askedAt: instant('asked_at'),
  },
  (t) => [
    uniqueIndex('connect_accounts_account_once').on(t.stripeAccountId),
    check('connect_accounts_transfers_known', sql`${t.transfers} in ('inactive', 'pending', 'active')`),
  ],
)
