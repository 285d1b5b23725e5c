import { minorUnitExponent } from '@/lib/money'

/** What of a balance can be paid in a currency, in minor units: whole forints, ten fils. */
export function payableStep(currency: string): bigint {
  const code = currency.toLowerCase()
  // https://docs.stripe.com/currencies#special-cases: in payouts these have no decimals, though amounts are written with two.
  if (['huf', 'twd', 'ugx', 'isk'].includes(code)) return 100n
  return minorUnitExponent(code) === 3 ? 10n : 1n
}

/** Rounded down; the rest is carried to the next payout. Nothing is payable of a debt. */
export function payablePart(
  balanceMinor: bigint,
  currency: string,
): { amountMinor: bigint; carriedMinor: bigint } {
  if (balanceMinor <= 0n) return { amountMinor: 0n, carriedMinor: 0n }
  const carriedMinor = balanceMinor % payableStep(currency)
  return { amountMinor: balanceMinor - carriedMinor, carriedMinor }
}

/** The minimum where the terms name none for the currency: fifty of its units. */
export function minimumOf(minimums: Readonly<Record<string, bigint>>, currency: string): bigint {
  return minimums[currency] ?? 50n * 10n ** BigInt(minorUnitExponent(currency))
}

export const leftOutReasons = [
  'below_minimum',
  'debt',
  'no_details',
  'details_changed',
  'same_account',
  'suspended',
  'applied',
  'too_small',
] as const
export type LeftOutReason = (typeof leftOutReasons)[number]

export type PayoutWarning =
  | 'first_payout'
  | 'new_details'
  | 'details_changed'
  | 'same_account'
  | 'unusually_large'
  | 'open_anomalies'
  | 'debt_elsewhere'
  | 'closed'

/** What a rule about payout details does: `void` is for payments and holds here. */
export type DetailsAction = 'void' | 'hold' | 'notice' | 'off'

/** An affiliate in one currency, as known at the moment of the draft. */
export interface Candidate {
  currency: string
  status: 'applied' | 'active' | 'suspended' | 'closed'
  /** The sum of the lines that are due. */
  balanceMinor: bigint
  minimumMinor: bigint
  /** Something on `earned` or `held` is still to fall due. */
  moreToCome: boolean
  details: {
    /** Stripe says that it takes transfers; true of other methods. */
    usable: boolean
    hoursOld: number
    /** False: the first that they ever gave. */
    changed: boolean
    /** Another affiliate is paid to the same account. */
    shared: boolean
  } | null
  rules: {
    detailsChanged: { action: DetailsAction; hours: number }
    sameAccount: { action: DetailsAction }
  }
  /** What they were paid before in this currency. */
  before: { payouts: number; largestMinor: bigint }
  openAnomalies: boolean
  debtElsewhere: boolean
}

export type Judgement =
  | { in: true; amountMinor: bigint; carriedMinor: bigint; warnings: PayoutWarning[] }
  | { in: false; reason: LeftOutReason }

/** Who is in with how much, who is out and why. */
export function judgeCandidate(candidate: Candidate): Judgement {
  const { balanceMinor, currency, details } = candidate
  const { amountMinor, carriedMinor } = payablePart(balanceMinor, currency)
  const reason = whyLeftOut(candidate, amountMinor)
  if (reason !== null || details === null) return { in: false, reason: reason ?? 'no_details' }
  return { in: true, amountMinor, carriedMinor, warnings: warningsOf(candidate, details, amountMinor) }
}

function whyLeftOut(candidate: Candidate, amountMinor: bigint): LeftOutReason | null {
  const { balanceMinor, status, minimumMinor, moreToCome, details, rules } = candidate
  if (balanceMinor < 0n) return 'debt'
  if (status === 'suspended' || status === 'applied') return status
  const isLast = status === 'closed' && !moreToCome
  if (balanceMinor < minimumMinor && !isLast) return 'below_minimum'
  if (amountMinor <= 0n) return 'too_small'
  if (!details?.usable) return 'no_details'
  if (holds(rules.detailsChanged.action) && isRecentChange(candidate)) return 'details_changed'
  if (holds(rules.sameAccount.action) && details.shared) return 'same_account'
  return null
}

function warningsOf(
  candidate: Candidate,
  details: NonNullable<Candidate['details']>,
  amountMinor: bigint,
): PayoutWarning[] {
  const { before, rules, status } = candidate
  const recent = details.hoursOld < rules.detailsChanged.hours
  const given: Record<PayoutWarning, boolean> = {
    first_payout: before.payouts === 0,
    new_details: recent && !details.changed,
    details_changed: rules.detailsChanged.action === 'notice' && isRecentChange(candidate),
    same_account: rules.sameAccount.action === 'notice' && details.shared,
    unusually_large: before.payouts > 0 && amountMinor > 3n * before.largestMinor,
    open_anomalies: candidate.openAnomalies,
    debt_elsewhere: candidate.debtElsewhere,
    closed: status === 'closed',
  }
  return (Object.keys(given) as PayoutWarning[]).filter((warning) => given[warning]) // the keys of the object above
}

function isRecentChange({ details, rules }: Candidate): boolean {
  return details !== null && details.changed && details.hoursOld < rules.detailsChanged.hours
}

function holds(action: DetailsAction): boolean {
  return action === 'hold' || action === 'void'
}

export const payoutStates = [
  'draft',
  'approved',
  'sending',
  'unknown',
  'paid',
  'failed',
  'returned',
  'taken_out',
] as const
export type PayoutState = (typeof payoutStates)[number]

export type RunState = 'discarded' | Exclude<PayoutState, 'taken_out'>

/**
 * How a run stands, by its payouts: what is under way counts before what is over.
 * @param began somebody said to send it, or something in it was paid by hand
 */
export function runStateOf(
  stored: 'draft' | 'approved' | 'discarded',
  counts: Readonly<Partial<Record<PayoutState, number>>>,
  began: boolean,
): RunState {
  if (stored !== 'approved') return stored
  const some = (state: PayoutState) => (counts[state] ?? 0) > 0
  if (some('sending')) return 'sending'
  if (some('unknown')) return 'unknown'
  if (some('approved')) return began || some('paid') ? 'sending' : 'approved'
  if (some('paid')) return 'paid'
  if (some('returned')) return 'returned'
  return some('failed') ? 'failed' : 'approved'
}

/** Stripe forgets a key after 24 hours at the earliest; an hour less, for clocks that differ. */
const keyHours = 23

/** Whether Stripe still knows the key of an attempt: asked again under it, it makes no second transfer. */
export function isKeyKnown(attemptAt: Date, now: Date): boolean {
  return now.getTime() - attemptAt.getTime() < keyHours * 3_600_000
}

/** Seconds until Stripe is asked again what became of a payout. */
export function pauseSeconds(looks: number): number {
  return Math.min(2 ** Math.min(looks, 20), 900)
}
