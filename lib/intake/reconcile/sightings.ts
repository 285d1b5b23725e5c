import { z } from 'zod'
import { formatMoney } from '@/lib/money'
import { factKinds, type Fact, type Kind, type Sight } from '../facts'
import type { IncomingEvent } from '../parse-event'

/** An object as Stripe shows it in a list, with what it says. */
export interface Sighting {
  /** What it is counted under. */
  kind: Kind | 'event' | 'payment'
  objectId: string
  /** Its own, and those of objects expanded in it. */
  facts: Fact[]
  /** Why it cannot be taken in; null: it can. */
  problem: string | null
  /** No walk's own: it counts only where the books lacked it. */
  isAside?: boolean
  /** An event that came by no delivery: it is recorded with what it says. */
  event?: IncomingEvent
}

/** One object of a list. */
export function sightingOf(kind: Kind, object: { id: string }, sight: Sight): Sighting {
  try {
    return {
      kind,
      objectId: object.id,
      facts: factKinds[kind].observe(object, sight),
      problem: null,
    }
  } catch (error) {
    return { kind, objectId: object.id, facts: [], problem: problemOf(error) }
  }
}

export function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues
    return `It is not of Stripe's shape: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return `It could not be taken in: ${(cause instanceof Error ? cause.message : String(cause)).slice(0, 300)}`
}

const movement = z.object({
  id: z.string(),
  type: z.string(),
  amount: z.int(),
  currency: z.string(),
  source: z
    .union([z.string(), z.looseObject({ id: z.string(), object: z.string() })])
    .nullish()
    .transform((source) => (typeof source === 'string' ? null : (source ?? null))),
})

const sources: Record<string, Kind> = { charge: 'charge', refund: 'refund', dispute: 'dispute' }

/** A cent that moved, and what moved it: a charge, a refund, a dispute. Payouts and Stripe's own fees are no payment's. */
export function sightingsOfMovement(object: { id: string }, sight: Sight): Sighting[] {
  const kind = 'balance_transaction'
  const parsed = movement.safeParse(object)
  if (!parsed.success) {
    return [{ kind, objectId: object.id, facts: [], problem: problemOf(parsed.error) }]
  }
  const { id, source, type, amount, currency } = parsed.data
  const of = source === null ? undefined : sources[source.object]
  if (source === null || of === undefined) {
    const isNobodys = type === 'adjustment' && source === null
    const money = formatMoney(BigInt(amount), currency)
    const problem = isNobodys
      ? `${money} moved as an adjustment, and Stripe names nothing that moved it.`
      : null
    return [{ kind, objectId: id, facts: [], problem }]
  }
  const behind = sightingOf(of, source, sight)
  if (of !== 'charge') return [{ kind, objectId: id, facts: [], problem: null }, behind]
  const paymentId = behind.facts.find((fact) => fact.kind === 'charge')?.paymentId ?? null
  const own = sightingOf(kind, object, sight)
  return [{ ...own, facts: own.facts.map((fact) => ({ ...fact, paymentId })) }, behind]
}
