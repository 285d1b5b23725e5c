import type { Bodies, Kind } from './index'

/** One sight of one object, as stored. */
export interface Observation<K extends Kind = Kind> {
  kind: K
  objectId: string
  observedAt: Date
  invoiceId: string | null
  paymentId: string | null
  subscriptionId: string | null
  customerId: string | null
  digest: string
  body: Bodies[K]
}

/**
 * How far along its life an object was seen. Stripe's times have whole seconds: where two sights share one, the one further along
 * is the later.
 */
const ranks: { [K in Kind]?: (body: Bodies[K]) => number } = {
  charge: (body) =>
    ['pending', 'failed', 'succeeded'].indexOf(body.status) * 2 + (body.balanceTransactionId ? 1 : 0),
  checkout_session: (body) =>
    ((body.complete ? 1 : 0) + (body.paymentStatus === 'unpaid' ? 0 : 1)) * 2 + (body.lines ? 1 : 0),
  coupon: (body) => (body.deleted ? 2 : body.couponAffiliateId === null ? 0 : 1),
  credit_note: (body) => ['issued', 'void'].indexOf(body.status),
  discount: (body) => (body.promotionCodeId ? 1 : 0) + (body.codeText ? 1 : 0),
  dispute: (body) => body.movements.length,
  invoice: (body) =>
    ['draft', 'open', 'uncollectible', 'void', 'paid'].indexOf(body.status) * 2 +
    (body.linesComplete ? 1 : 0),
  invoice_payment: (body) => ['open', 'canceled', 'paid'].indexOf(body.status),
  promotion_code: (body) => body.timesRedeemed * 2 + (body.active ? 0 : 1),
  refund: (body) => ['requires_action', 'pending', 'succeeded', 'canceled', 'failed'].indexOf(body.status),
  subscription: (body) => (body.endedAt === null ? 0 : 1),
}

/** What an observation ranks in its kind. */
function rankOf<K extends Kind>(observation: Observation<K>): number {
  return ranks[observation.kind]?.(observation.body) ?? 0
}

function compare(a: Observation, b: Observation): number {
  return (
    a.observedAt.getTime() - b.observedAt.getTime() ||
    rankOf(a) - rankOf(b) ||
    (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0)
  )
}

/** States that Stripe never takes back: a stale sight of an object cannot undo them, however late its time claims to be. */
const final: { [K in Kind]?: (body: Bodies[K]) => boolean } = {
  charge: (body) => body.status === 'succeeded' && body.balanceTransactionId !== null,
  checkout_session: (body) => body.complete && body.paymentStatus === 'paid' && body.lines !== undefined,
  coupon: (body) => body.deleted,
  credit_note: (body) => body.status === 'void',
  invoice: (body) => body.status === 'paid' && body.linesComplete,
  invoice_payment: (body) => body.status === 'paid',
  subscription: (body) => body.endedAt !== null,
  discount: (body) => body.codeText !== null || body.couponAffiliateId !== null,
  customer: (body) => body.deleted,
}

function isFinal<K extends Kind>(observation: Observation<K>): boolean {
  return final[observation.kind]?.(observation.body) ?? false
}

/**
 * Each object as it is now known: the latest sight, final states first. Commutative: the order of the observations and their
 * repetition do not matter.
 */
export class Sights {
  private readonly latest = new Map<string, Observation>()

  constructor(observations: Iterable<Observation>) {
    this.take(observations)
  }

  /** These and others together. */
  with(others: Sights): Sights {
    return new Sights([...this.latest.values(), ...others.latest.values()])
  }

  private take(observations: Iterable<Observation>): void {
    for (const seen of observations) {
      const key = `${seen.kind} ${seen.objectId}`
      const best = this.latest.get(key)
      if (best === undefined || later(seen, best)) this.latest.set(key, seen)
    }
  }

  /** By object id, so that lists come in the same order whatever arrived first. */
  all<K extends Kind>(kind: K): Observation<K>[] {
    return [...this.latest.values()]
      .filter((seen): seen is Observation<K> => seen.kind === kind)
      .sort((a, b) => (a.objectId < b.objectId ? -1 : 1))
  }

  find<K extends Kind>(kind: K, objectId: string): Bodies[K] | null {
    const seen = this.latest.get(`${kind} ${objectId}`)
    return seen?.kind === kind ? (seen as Observation<K>).body : null // the key holds its kind
  }
}

function later(a: Observation, b: Observation): boolean {
  const byFinality = Number(isFinal(a)) - Number(isFinal(b))
  return byFinality === 0 ? compare(a, b) > 0 : byFinality > 0
}
