import { factKinds, type Fact, type Kind, type Sight } from './facts'

/** What an event's type makes of its object: which kind of fact it is, and how it is seen. */
export interface Handler {
  kind: Kind
  observe(object: unknown, sight: Sight): Fact[]
}

/** Most events say no more than "look at this object". */
export function observes(kind: Kind): Handler {
  return { kind, observe: (object, sight) => factKinds[kind].observe(object, sight) }
}
