import type { Day, Instant } from '@/lib/calendar'

/**
 * All that is known of one payment on one basis: an invoice, or the Checkout Session of a one-off payment. A payment
 * that covers several invoices is one set of facts for each, told apart by `share`. Amounts are minor units; currencies
 * are Stripe's lower-case codes.
 */
export interface CommissionFacts {
  payment: PaymentFact
  /** What the payment paid on this basis, of all that it paid. Its amounts, fee and reversals are scaled by it. */
  share: { paidMinor: bigint; ofMinor: bigint }
  /** Stripe's balance transaction; null until it is known. Not looked at for payments outside Stripe. */
  settlement: SettlementFact | null
  /** Null until it is known. */
  basis: BasisFact | null
  /** Null: the customer belongs to no affiliate. */
  attribution: { affiliateId: string; since: Instant; matchedBy: string } | null
  terms: TermsFact
  customerPaidBeforeEvidence: boolean
  affiliateClosedAt: Instant | null
  /** Only those that count now: no failed refund, no won dispute, no voided credit note. */
  reversals: readonly ReversalFact[]
  /** Null while the subscription lives, and where the customer replaced it within a day. */
  subscriptionEndedAt: Instant | null
  verdicts: { void: { on: Day; by: string; reason: string } | null }
  /** An open review, or a suspended affiliate. */
  hold: { reason: string } | null
}

export interface PaymentFact {
  /** Outside Stripe: the invoice payment's id. */
  id: string
  currency: string
  amountMinor: bigint
  paidAt: Instant
  offStripe: boolean
  customerId: string | null
}

export interface SettlementFact {
  currency: string
  grossMinor: bigint
  feeMinor: bigint
  balanceTransactionId: string | null
}

export interface BasisFact {
  kind: 'invoice' | 'session'
  id: string
  subscriptionId: string | null
  totalMinor: bigint
  /** After discounts. */
  totalExcludingTaxMinor: bigint
  /** Before discounts. */
  subtotalMinor: bigint
  discountMinor: bigint
  taxMinor: bigint
  lines: readonly LineFact[]
}

export interface LineFact {
  id: string
  /** The amount less the line's discounts less its inclusive tax. */
  netMinor: bigint
  /** Start and end of the service paid for; null where there is none (a session's line). */
  periodStart: Instant | null
  periodEnd: Instant | null
  productId: string | null
  description: string | null
}

export interface TermsFact {
  rateBps: number
  holdDays: number
  /** Null: for life. */
  durationMonths: number | null
  onCancel: 'stop' | 'continue'
  /** Null: all. */
  products: readonly string[] | null
  offStripe: 'earn' | 'ignore'
  earnsFrom: Day
  existingCustomers: 'attribute' | 'ignore'
}

export type ReversalKind = 'refund' | 'dispute' | 'credit_note' | 'manual'

export interface ReversalFact {
  id: string
  kind: ReversalKind
  /** In the payment's currency. */
  amountMinor: bigint
  /** The moment from which it counts. */
  at: Instant
}

/**
 * `not_earning`: by the terms, or because nothing was paid that could earn (no fee is waited for). `awaiting_…`: earns,
 * but how much is not known yet; no lines. `settled`: the arithmetic is done, also where the fee left nothing.
 */
export type CommissionStatus =
  | 'unattributed'
  | 'not_earning'
  | 'awaiting_basis'
  | 'awaiting_fee'
  | 'settled'
  | 'held'
  | 'void'

/** What a payment earns. Amounts are minor units of `currency`. */
export interface Commission {
  status: CommissionStatus
  /** Why, for a person. */
  sentence: string
  affiliateId: string | null
  /** The settlement's currency; null as long as it is not known. */
  currency: string | null
  /** Rounded half up, for show; null where it was not worked out. */
  netMinor: bigint | null
  rateBps: number | null
  commissionMinor: bigint
  /** All that was taken back: by reversals, by cancelling, by a verdict. Never negative. */
  reversedMinor: bigint
  remainingMinor: bigint
  instalments: Instalment[]
  reversals: Reversal[]
  /** What ought to stand in the ledger. */
  lines: LedgerLine[]
  /** The arithmetic in words and numbers, to be redone by hand. */
  steps: Step[]
}

export interface Instalment {
  /** From 0, by date. */
  k: number
  /** First day of its service month; null where no line has a service period. */
  serviceMonthOn: Day | null
  earnedOn: Day
  payableOn: Day
  amountMinor: bigint
  remainingMinor: bigint
}

export interface Reversal {
  id: string
  kind: ReversalKind
  on: Day
  /** Of the payment, in its currency, as Stripe or the administrator says. */
  amountMinor: bigint
  /** The part of it that counts: reversals together never exceed the payment. */
  countedMinor: bigint
  /** Taken back, in the commission's currency; positive. */
  commissionMinor: bigint
}

export type LedgerLineKind = 'instalment' | 'refund' | 'dispute' | 'cancel' | 'void'

export interface LedgerLine {
  /** Unique for one payment and basis: `instalment/0`, `refund:re_…/instalment/3`, `cancel:sub_…/instalment/5`. */
  lineKey: string
  kind: LedgerLineKind
  affiliateId: string
  currency: string
  account: 'earned' | 'held'
  /** Positive to the affiliate, negative from them; never zero. */
  amountMinor: bigint
  /** When it happened in the world. */
  occurredAt: Instant
  earnedOn: Day
  payableOn: Day
}

export interface Step {
  label: string
  formula: string
  value: string
}
