import { factKinds, type Bodies, type Kind } from '@/lib/intake/facts'

/** What intake makes of an object: its own fact, and those of what is expanded in it. */
export function seen<K extends Kind>(kind: K, object: unknown) {
  const facts = factKinds[kind].observe(object, { observedAt: new Date(0), eventId: null })
  const [own] = facts
  if (own?.kind !== kind) throw new Error(`No ${kind} was seen`)
  return { own, body: own.body as Bodies[K], facts } // a body is of the kind that its fact names
}
