import type { Day } from './days'

/** What section 2 calls the facts of a payment, on one invoice or session. Amounts are minor units, moments seconds. */
export interface Sale {
  paymentId: string
  customerId: string | null
  /** In the customer's currency: all that the payment paid, and what of it went to this invoice. */
  payment: { currency: string; all: bigint; here: bigint; paidAt: number; isOffStripe: boolean }
  /** Null: Stripe has not told the fee. */
  settled: { currency: string; amount: bigint; fee: bigint } | null
  basis: { id: string; total: bigint; withoutTax: bigint; lines: Line[]; subscriptionId: string | null }
  reversals: Reversal[]
}

export interface Line {
  net: bigint
  /** Null: a session's. */
  period: { start: number; end: number } | null
  product: string | null
}

/** Of the payment, in its currency; only those that count in the end. */
export interface Reversal {
  id: string
  at: number
  amount: bigint
}

export interface Terms {
  rateBps: number
  holdDays: number
  durationMonths: number | null
  onCancel: 'stop' | 'continue'
  products: readonly string[] | null
  offStripe: 'earn' | 'ignore'
  earnsFrom: Day
  existingCustomers: 'attribute' | 'ignore'
}

export interface Affiliate {
  id: string
  couponId: string
  promotionCodeId: string
  code: string
  email: string
}

/** What is agreed from a second on, key by key; a key without a value is taken back. `group`: whose terms are an affiliate's too. */
export interface TermsFrom {
  /** A group's or an affiliate's id; null: the programme's, whole. */
  of: string | null
  from: number
  values: { [K in keyof Terms]?: Terms[K] | undefined } & { group?: string | undefined }
}

/** What administrators decided, each kind in the order in which it was. */
export interface Decisions {
  terms: TermsFrom[]
  /** Whose a code at Stripe is that none of ours is; null: nobody's (any more). */
  codes: { id: string; affiliateId: string | null }[]
  attributions: { customerId: string; affiliateId: string; since: number }[]
  verdicts: { of: 'payment' | 'customer'; id: string; decision: Verdict | 'lift'; at: number }[]
  standings: { affiliateId: string; at: number; status: 'active' | 'suspended' | 'closed' }[]
  /** Cash outside Stripe that was given back. */
  reversals: (Reversal & { paymentId: string })[]
  /** What was given and taken by hand, debts forgiven and set off: no payment stands behind it. */
  byHand: Omit<Cell, 'account'>[]
}

export type Verdict = 'void' | 'clear' | 'hold'

/** What a day's balance is a sum of. */
export interface Cell {
  affiliateId: string
  account: 'earned' | 'held' | 'in_payout' | 'paid'
  currency: string
  earnedOn: Day
  payableOn: Day
  amount: bigint
}
