import { createHash } from 'node:crypto'

export interface Links {
  customerId?: string | null
  invoiceId?: string | null
  paymentId?: string | null
  subscriptionId?: string | null
}

/** What was seen of one object of Stripe's at one moment. */
export interface Fact<K extends string = string, B = unknown> extends Links {
  kind: K
  objectId: string
  observedAt: Date
  /** null: read from Stripe. */
  eventId: string | null
  body: B
}

export interface Sight {
  observedAt: Date
  eventId: string | null
}

/** How one kind of Stripe's objects becomes facts: its own, then those of objects expanded in it. */
export interface FactKind<K extends string = string> {
  kind: K
  /** @throws ZodError where the object is not of Stripe's shape */
  observe(object: unknown, sight: Sight): Fact[]
}

/** Of what was seen, whatever order its keys are in: jsonb gives them back in its own. */
export function digestOf(fact: Pick<Fact, 'kind' | 'objectId' | 'body'>): string {
  const text = JSON.stringify([fact.kind, fact.objectId, fact.body], (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(text).digest('base64url')
}
