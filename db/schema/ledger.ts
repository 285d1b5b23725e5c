import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { affiliates } from './affiliates'
import { id, instant, minor } from './columns'

/**
 * Accounts of an affiliate, then of the programme; the full name is `usd:affiliate:<id>:earned` or `usd:commission_expense`.
 * `paid` keeps what each affiliate has got; `paid_out` is its counterpart, so that what is paid is owed no more and `cash` is credited.
 */
export const affiliateAccounts = ['earned', 'held', 'in_payout', 'paid'] as const
export const programmeAccounts = [
  'commission_expense',
  'adjustments',
  'opening_balances',
  'write_offs',
  'cash',
  'paid_out',
] as const
export const transferKinds = [
  'instalment',
  'refund',
  'dispute',
  'cancel',
  'void',
  'hold',
  'payout',
  'adjustment',
  'opening',
  'write_off',
] as const

const anAccount = sql.raw([...affiliateAccounts, ...programmeAccounts].map((name) => `'${name}'`).join(', '))
const aKind = sql.raw(transferKinds.map((name) => `'${name}'`).join(', '))

/**
 * The ledger: insert only, for everybody (triggers refuse UPDATE, DELETE and TRUNCATE). One row moves a positive amount from one
 * account to another, so an unbalanced book cannot be written down.
 */
export const ledgerTransfers = pgTable(
  'ledger_transfers',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    recordedAt: instant('recorded_at').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    earnedOn: date('earned_on', { mode: 'string' }).notNull(),
    payableOn: date('payable_on', { mode: 'string' }).notNull(),
    debit: text('debit', { enum: [...affiliateAccounts, ...programmeAccounts] }).notNull(),
    credit: text('credit', { enum: [...affiliateAccounts, ...programmeAccounts] }).notNull(),
    currency: text('currency').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    lineKey: text('line_key').notNull(),
    /** The how-many-th row of its line: two writers of the same correction collide here. */
    seq: integer('seq').notNull(),
    kind: text('kind', { enum: transferKinds }).notNull(),
    affiliateId: id('affiliate_id')
      .notNull()
      .references(() => affiliates.id),
    /** NULL: an adjustment or an opening balance. */
    paymentId: id('payment_id'),
    /** NULL: a one-off payment without an invoice. */
    invoiceId: id('invoice_id'),
    /** NULL: a guest. */
    customerId: id('customer_id'),
    /** NULL: not about a payout. */
    payoutId: id('payout_id'),
  },
  (t) => [
    // What of a payment a line is stands digested in it: 16 bytes for 40, in the index that grows fastest.
    uniqueIndex('ledger_transfers_line_once').on(
      sql`coalesce(${t.paymentId}, '')`,
      sql`(md5(coalesce(${t.invoiceId}, '') || ' ' || ${t.lineKey})::uuid)`,
      t.seq,
    ),
    // Without the id, which would keep PostgreSQL from storing an affiliate once for many lines.
    index('ledger_transfers_by_affiliate').on(t.affiliateId),
    // What was taken back from an affiliate since their last visit.
    index('ledger_transfers_taken_back')
      .on(t.affiliateId, t.recordedAt)
      .where(
        sql`${t.credit} = 'commission_expense' and ${t.kind} in ('refund', 'dispute', 'void', 'cancel')`,
      ),
    index('ledger_transfers_by_payout')
      .on(t.payoutId)
      .where(sql`${t.payoutId} is not null`),
    check('ledger_transfers_amount_positive', sql`${t.amountMinor} > 0`),
    check('ledger_transfers_two_accounts', sql`${t.debit} <> ${t.credit}`),
    check('ledger_transfers_debit_known', sql`${t.debit} in (${anAccount})`),
    check('ledger_transfers_credit_known', sql`${t.credit} in (${anAccount})`),
    check('ledger_transfers_kind_known', sql`${t.kind} in (${aKind})`),
    check('ledger_transfers_currency_lower', sql`${t.currency} ~ '^[a-z]{3}$'`),
    check('ledger_transfers_payable_after_earned', sql`${t.payableOn} >= ${t.earnedOn}`),
    check('ledger_transfers_seq_from_one', sql`${t.seq} >= 1`),
    check('ledger_transfers_payout_named', sql`(${t.kind} = 'payout') = (${t.payoutId} is not null)`),
  ],
)

/** Roll-up of the lines of affiliates' accounts by day, written with them: any day's balance is a sum over days, not lines. */
export const balanceDays = pgTable(
  'balance_days',
  {
    affiliateId: id('affiliate_id').notNull(),
    currency: text('currency').notNull(),
    account: text('account', { enum: affiliateAccounts }).notNull(),
    earnedOn: date('earned_on', { mode: 'string' }).notNull(),
    payableOn: date('payable_on', { mode: 'string' }).notNull(),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [
    primaryKey({
      name: 'balance_days_pkey',
      columns: [t.affiliateId, t.currency, t.account, t.earnedOn, t.payableOn],
    }),
    // Who may owe something: nobody does without such a day.
    index('balance_days_below_zero')
      .on(t.affiliateId, t.currency)
      .where(sql`${t.account} = 'earned' and ${t.amountMinor} < 0`),
  ],
)

/** Roll-up of what refunds, disputes, cancelling and verdicts took back, by the day on which it would be earned; written with the lines. */
export const reversalDays = pgTable(
  'reversal_days',
  {
    affiliateId: id('affiliate_id').notNull(),
    currency: text('currency').notNull(),
    earnedOn: date('earned_on', { mode: 'string' }).notNull(),
    /** Positive where something was taken. */
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [primaryKey({ name: 'reversal_days_pkey', columns: [t.affiliateId, t.currency, t.earnedOn] })],
)

export const commissionStatuses = [
  'unattributed',
  'not_earning',
  'awaiting_basis',
  'awaiting_fee',
  'settled',
  'held',
  'void',
] as const

/** One row a payment that was heard of: the lock under which its lines are written. */
export const payments = pgTable(
  'payments',
  {
    id: id('id').primaryKey(),
    customerId: id('customer_id'),
    currency: text('currency'),
    amountMinor: minor('amount_minor'),
    /** NULL while it has not succeeded. */
    paidAt: instant('paid_at'),
    feeKnown: boolean('fee_known').notNull().default(false),
  },
  (t) => [index('payments_by_customer').on(t.customerId, t.paidAt)],
)

/** The arithmetic of a settlement and the facts it used: insert only, a further row whenever the answer changes. */
export const settlements = pgTable(
  'settlements',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    paymentId: id('payment_id').notNull(),
    /** The invoice or session that says what was bought. */
    basisId: id('basis_id').notNull(),
    recordedAt: instant('recorded_at').notNull(),
    digest: text('digest').notNull(),
    /** Steps, instalments and reversals as shown. */
    calculation: jsonb('calculation').notNull(),
    /** What the pure core was given. */
    facts: jsonb('facts').notNull(),
  },
  (t) => [index('settlements_by_payment').on(t.paymentId, t.basisId, t.id)],
)

/** The present answer for each payment on each basis, for lists. Rebuilt from facts at any time. */
export const commissions = pgTable(
  'commissions',
  {
    paymentId: id('payment_id').notNull(),
    basisId: id('basis_id').notNull(),
    /** NULL: a one-off payment without an invoice. */
    invoiceId: id('invoice_id'),
    customerId: id('customer_id'),
    /** NULL: nobody's. */
    affiliateId: id('affiliate_id').references(() => affiliates.id),
    status: text('status', { enum: commissionStatuses }).notNull(),
    sentence: text('sentence').notNull(),
    paidAt: instant('paid_at').notNull(),
    paymentCurrency: text('payment_currency').notNull(),
    paymentMinor: minor('payment_minor').notNull(),
    /** Of the settlement; NULL while the fee is not known. */
    currency: text('currency'),
    netMinor: minor('net_minor'),
    rateBps: integer('rate_bps'),
    commissionMinor: minor('commission_minor').notNull(),
    reversedMinor: minor('reversed_minor').notNull(),
    remainingMinor: minor('remaining_minor').notNull(),
    matchedBy: text('matched_by'),
    settlementId: bigint('settlement_id', { mode: 'number' }).notNull(),
    settledAt: instant('settled_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'commissions_pkey', columns: [t.paymentId, t.basisId] }),
    index('commissions_by_affiliate').on(t.affiliateId, t.paidAt, t.paymentId),
    // What is not simply settled or nobody's, of one affiliate and of all: few among many.
    index('commissions_unusual_by_affiliate')
      .on(t.affiliateId, t.status, t.paidAt, t.paymentId)
      .where(sql`${t.status} not in ('settled', 'unattributed')`),
    index('commissions_unusual')
      .on(t.status, t.paidAt, t.paymentId)
      .where(sql`${t.status} not in ('settled', 'unattributed')`),
    index('commissions_by_paid').on(t.paidAt, t.paymentId),
    // Nobody's: few in one programme, most in another.
    index('commissions_unattributed')
      .on(t.paidAt, t.paymentId)
      .where(sql`${t.status} = 'unattributed'`),
    // The console's list by what is left of each and by what was paid, currency by currency. With all its keys: many amounts are the
    // same, and PostgreSQL takes a place among them for the end of the list where it has to look beyond the index.
    index('commissions_by_size').on(
      sql`coalesce(${t.currency}, '')`,
      t.remainingMinor,
      t.paidAt,
      t.paymentId,
      t.basisId,
    ),
    index('commissions_by_payment_size').on(
      t.paymentCurrency,
      t.paymentMinor,
      t.paidAt,
      t.paymentId,
      t.basisId,
    ),
    index('commissions_by_invoice').on(t.invoiceId),
    index('commissions_by_customer').on(t.customerId, t.paidAt),
    check(
      'commissions_status_known',
      sql`${t.status} in ('unattributed', 'not_earning', 'awaiting_basis', 'awaiting_fee', 'settled', 'held', 'void')`,
    ),
    check('commissions_remainder', sql`${t.remainingMinor} = ${t.commissionMinor} - ${t.reversedMinor}`),
    check(
      'commissions_never_negative',
      sql`${t.commissionMinor} >= 0 and ${t.reversedMinor} >= 0 and ${t.remainingMinor} >= 0`,
    ),
  ],
)
