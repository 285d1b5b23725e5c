import { sql, type SQL } from 'drizzle-orm'

/** Something that must be true of the books at any moment. */
export interface Invariant {
  /** For programs. */
  name: string
  /** What is true if it holds. */
  sentence: string
  /** Selects one text column `row` for each thing that breaks it. */
  broken: SQL
}

/**
 * What each transfer moves on affiliates' accounts: one row for a side that is an affiliate's. `signed` is positive where the
 * account receives.
 */
export const legs = sql`(
  select affiliate_id, currency, credit as account, earned_on, payable_on, amount_minor as signed,
         payment_id, coalesce(invoice_id, '') as invoice_id, line_key
  from ledger_transfers where credit in ('earned', 'held', 'in_payout', 'paid')
  union all
  select affiliate_id, currency, debit, earned_on, payable_on, -amount_minor,
         payment_id, coalesce(invoice_id, ''), line_key
  from ledger_transfers where debit in ('earned', 'held', 'in_payout', 'paid')
)`
