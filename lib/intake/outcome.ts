import { houseSentence, nameOf, unmatchedSentence } from '@/lib/attribution/rules'
import type { Fact } from './facts'
import type { SettledFacts } from './settle-facts'

export interface Outcome {
  outcome: 'settled' | 'waiting' | 'unmatched' | 'recorded'
  /** Why, for a person. */
  sentence: string
}

/** In which one outcome an event ended, and why. */
export function outcomeOf(facts: readonly Fact[], settled: SettledFacts): Outcome {
  const paymentIds = new Set(facts.map((fact) => fact.paymentId))
  const invoiceIds = new Set(facts.map((fact) => fact.invoiceId))
  const answers = settled.answers.filter(
    (answer) =>
      paymentIds.has(answer.paymentId) || (answer.invoiceId !== null && invoiceIds.has(answer.invoiceId)),
  )
  const seen = new Set(facts.map((fact) => fact.objectId))
  const unresolved = settled.unmatched.find((piece) => seen.has(piece.sourceId))
  if (unresolved) return { outcome: 'unmatched', sentence: unmatchedSentence(nameOf(unresolved)) }
  const house = settled.house.find((piece) => seen.has(piece.sourceId))
  if (house && !answers.some((answer) => answer.facts.attribution)) {
    return { outcome: answers.length > 0 ? 'settled' : 'recorded', sentence: houseSentence(nameOf(house)) }
  }
  const waiting = answers.find((answer) => answer.commission.status.startsWith('awaiting_'))
  const first = waiting ?? answers[0]
  if (first) {
    const { sentence } = first.commission
    return { outcome: waiting ? 'waiting' : 'settled', sentence }
  }
  const lonely = settled.lonelyInvoices.find((id) => invoiceIds.has(id))
  if (lonely)
    return { outcome: 'waiting', sentence: `${lonely} is paid; it is not known yet by which payment.` }
  const [fact] = facts
  const what = fact ? `${fact.kind.replaceAll('_', ' ')} ${fact.objectId}` : 'It'
  if (fact?.paymentId && fact.kind !== 'checkout_session') {
    return {
      outcome: 'waiting',
      sentence: `Kept: ${what}, of the payment ${fact.paymentId}, which has not been heard of yet.`,
    }
  }
  return { outcome: 'recorded', sentence: `Kept: ${what}. It moves no money by itself.` }
}
