import { dayOf, laterOf, type Day, type Instant } from '@/lib/calendar'
import type { Signal } from './rules'

/** An administrator's word. */
export interface Verdict {
  /** In the order in which they were given. */
  id: number
  subjectKind: 'payment' | 'customer'
  decision: 'void' | 'clear' | 'hold' | 'lift'
  reason: string
  decidedBy: string
  at: Instant
}

export interface Exemption {
  id: number
  /** Null: all of them. */
  rule: string | null
  exempt: boolean
  at: Instant
}

export interface Decision {
  void: { on: Day; by: string; reason: string } | null
  hold: { reason: string } | null
}

const nothing: Decision = { void: null, hold: null }

/**
 * What becomes of a payment. A person's verdict beats the rules: of those that stand on the payment and on its customer the last
 * one given. A rule's void is dated by the payment, a person's by the day it was given. Pure; the order of the lists does not matter.
 * @param signals those that stand, of the affiliate to whom the payment now belongs
 */
export function decide(
  paidAt: Instant,
  signals: readonly Signal[],
  verdicts: readonly Verdict[],
  exemptions: readonly Exemption[],
): Decision {
  const verdict = standing(verdicts)
  if (verdict) return byPerson(verdict, paidAt)
  const open = openSignals(paidAt, signals, verdicts, exemptions)
  const voids = open.filter((signal) => signal.action === 'void')
  if (voids.length > 0) {
    return { void: { on: dayOf(paidAt), by: 'a rule', reason: sentenceOf(voids) }, hold: null }
  }
  const holds = open.filter((signal) => signal.action === 'hold')
  return holds.length > 0 ? { void: null, hold: { reason: `for review, ${sentenceOf(holds)}` } } : nothing
}

/** The signals about which nobody has said anything. */
export function openSignals(
  paidAt: Instant,
  signals: readonly Signal[],
  verdicts: readonly Verdict[],
  exemptions: readonly Exemption[],
): Signal[] {
  if (standing(verdicts)) return []
  return signals.filter((signal) => !isExempt(signal.rule, paidAt, exemptions))
}

/** The last word on each subject, where it was not lifted; of payment and customer the later. */
export function standing(verdicts: readonly Verdict[]): Verdict | null {
  const last = (kind: Verdict['subjectKind']) =>
    verdicts
      .filter(({ subjectKind }) => subjectKind === kind)
      .reduce<Verdict | null>((best, verdict) => (best && best.id > verdict.id ? best : verdict), null)
  const words = [last('payment'), last('customer')].filter(
    (word) => word !== null && word.decision !== 'lift',
  )
  return words.reduce<Verdict | null>((best, word) => (best && word && best.id > word.id ? best : word), null)
}

function byPerson({ decision, reason, at }: Verdict, paidAt: Instant): Decision {
  if (decision === 'void') {
    // A verdict on a customer reaches payments yet to come: those it takes back on their own day.
    return { void: { on: laterOf(dayOf(at), dayOf(paidAt)), by: 'an administrator', reason }, hold: null }
  }
  return decision === 'hold' ? { void: null, hold: { reason } } : nothing
}

/** While an exemption is in force, payments made before it are exempt too; when it ends, those made until then stay so. */
export function isExempt(rule: string, paidAt: Instant, exemptions: readonly Exemption[]): boolean {
  return [rule, null].some((scope) => {
    const rows = exemptions.filter((row) => row.rule === scope).toSorted((a, b) => a.id - b.id)
    const last = rows.at(-1)
    if (last === undefined) return false
    return last.exempt || (rows.some((row) => row.exempt) && paidAt < last.at)
  })
}

/** In the order of the rules, so that the words do not depend on the order of the list. */
function sentenceOf(signals: readonly Signal[]): string {
  const words = [...new Set(signals.map(({ evidence }) => evidence))].sort()
  return `${words.join('; ')}.`
}
