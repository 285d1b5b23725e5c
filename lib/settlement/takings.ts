import { dayOf, startOfDay } from '@/lib/calendar'
import type { Day, Instant } from '@/lib/calendar'
import { roundHalfUp } from '@/lib/money'
import type {
  CommissionFacts,
  Instalment,
  LedgerLineKind,
  Reversal,
  ReversalFact,
} from '@/lib/settlement/facts'

/** Something that takes a commission back, wholly or in part. */
export interface Taking {
  /** The first part of its line keys. */
  key: string
  kind: LedgerLineKind
  /** The moment it was taken, and its day. */
  at: Instant
  on: Day
  parts: { instalment: Instalment; amountMinor: bigint }[]
}

export interface Takings {
  reversals: Reversal[]
  takings: Taking[]
}

/**
 * All that is taken from the instalments, whose `remainingMinor` it lowers: first the reversals, then the end of the
 * subscription, which has only what they left, then a verdict, which has all that is left.
 */
export function takeBack(
  facts: CommissionFacts,
  commissionMinor: bigint,
  instalments: Instalment[],
): Takings {
  const { reversals, takings } = takeReversals(facts, commissionMinor, instalments)
  const others = [takeCancelled(facts, instalments), takeVoid(facts, instalments)]
  return { reversals, takings: [...takings, ...others.filter((taking) => taking !== null)] }
}

/**
 * Where the payment ran through Stripe, a credit note moves nothing: the refund or the lower cash that comes with it
 * does. The same for an administrator's reversal, which is for cash that Stripe cannot give back.
 */
export function movesMoney(reversal: { kind: ReversalFact['kind'] }, offStripe: boolean): boolean {
  return offStripe || reversal.kind === 'refund' || reversal.kind === 'dispute'
}

/**
 * A dispute in the payment's currency, where it was withdrawn in the settlement's: P × withdrawn / a, rounded half up.
 * All that was settled is all of the payment. Zero where nothing was settled.
 */
export function disputedMinor(paymentMinor: bigint, withdrawnMinor: bigint, grossMinor: bigint): bigint {
  return grossMinor > 0n ? roundHalfUp(paymentMinor * withdrawnMinor, grossMinor) : 0n
}

function takeReversals(facts: CommissionFacts, commissionMinor: bigint, instalments: Instalment[]): Takings {
  // The share of the payment scales its amount and its reversals alike, so it leaves their proportion as it is.
  const { amountMinor: paidMinor, offStripe } = facts.payment
  let backMinor = 0n
  let lostMinor = 0n
  const result: Takings = { reversals: [], takings: [] }
  for (const fact of inOrder(facts.reversals)) {
    const asked = movesMoney(fact, offStripe) && fact.amountMinor > 0n ? fact.amountMinor : 0n
    const countedMinor = smaller(asked, paidMinor - backMinor)
    backMinor += countedMinor
    const lostBefore = lostMinor
    lostMinor = roundHalfUp(commissionMinor * backMinor, paidMinor)
    const { id, kind, amountMinor } = fact
    const on = dayOf(fact.at)
    result.reversals.push({
      id,
      kind,
      on,
      amountMinor,
      countedMinor,
      commissionMinor: lostMinor - lostBefore,
    })
    result.takings.push({
      key: `${kind}:${id}/`,
      kind: kind === 'dispute' ? 'dispute' : 'refund',
      at: fact.at,
      on,
      parts: takeLatestFirst(instalments, lostMinor - lostBefore),
    })
  }
  return result
}

function takeCancelled(facts: CommissionFacts, instalments: Instalment[]): Taking | null {
  const { subscriptionEndedAt, basis, terms } = facts
  const subscriptionId = basis?.subscriptionId ?? null
  if (subscriptionEndedAt === null || subscriptionId === null || terms.onCancel === 'continue') return null
  const on = dayOf(subscriptionEndedAt)
  const stopped = instalments.filter(({ serviceMonthOn }) => serviceMonthOn !== null && serviceMonthOn > on)
  const parts = takeLatestFirst(stopped, null)
  return { key: `cancel:${subscriptionId}/`, kind: 'cancel', at: subscriptionEndedAt, on, parts }
}

function takeVoid(facts: CommissionFacts, instalments: Instalment[]): Taking | null {
  const verdict = facts.verdicts.void
  if (verdict === null) return null
  const { on } = verdict
  return { key: 'void/', kind: 'void', at: startOfDay(on), on, parts: takeLatestFirst(instalments, null) }
}

/** Takes `amountMinor`, or all there is, beginning with the instalment earned last. */
function takeLatestFirst(instalments: Instalment[], amountMinor: bigint | null): Taking['parts'] {
  const parts: Taking['parts'] = []
  let left = amountMinor
  for (const instalment of instalments.toReversed()) {
    if (left === 0n) break
    const taken = left === null ? instalment.remainingMinor : smaller(left, instalment.remainingMinor)
    if (taken === 0n) continue
    instalment.remainingMinor -= taken
    if (left !== null) left -= taken
    parts.push({ instalment, amountMinor: taken })
  }
  return parts
}

/** By the moment from which they count, then by id; the same one named twice counts once. */
function inOrder(reversals: readonly ReversalFact[]): ReversalFact[] {
  const seen = new Set<string>()
  return reversals.toSorted(compareReversals).filter(({ kind, id }) => {
    const known = seen.has(`${kind}:${id}`)
    seen.add(`${kind}:${id}`)
    return !known
  })
}

function compareReversals(a: ReversalFact, b: ReversalFact): number {
  if (a.at !== b.at) return a.at - b.at
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1
  return a.amountMinor < b.amountMinor ? -1 : a.amountMinor > b.amountMinor ? 1 : 0
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
