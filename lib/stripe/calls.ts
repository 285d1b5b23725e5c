import type Stripe from 'stripe'

/** Requests of this process to Stripe. */
export interface Calls {
  calls: number
  /** Answered with 429: asked too much. */
  limited: number
  /** Answered with a failure of Stripe's own. */
  failed: number
}

// Next's development server loads modules anew on every change; the counts must outlive them.
const shared: { tributaryCalls?: Calls } = globalThis as { tributaryCalls?: Calls }

const counted = (): Calls => (shared.tributaryCalls ??= { calls: 0, limited: 0, failed: 0 })

/** Has every answer that this client gets counted. */
export function countCalls(stripe: Stripe): Stripe {
  stripe.on('response', ({ status }: Stripe.ResponseEvent) => {
    const counts = counted()
    counts.calls += 1
    if (status === 429) counts.limited += 1
    if (status >= 500) counts.failed += 1
  })
  return stripe
}

/** What was counted since it was last taken. */
export function takeCalls(): Calls {
  const taken = { ...counted() }
  shared.tributaryCalls = { calls: 0, limited: 0, failed: 0 }
  return taken
}

/** What could not be written down is counted on. */
export function putBackCalls({ calls, limited, failed }: Calls): void {
  const counts = counted()
  counts.calls += calls
  counts.limited += limited
  counts.failed += failed
}
