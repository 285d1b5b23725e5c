import type { Instant } from '@/lib/calendar'

/** A change of an affiliate's standing, as decided. */
export interface StandingChange {
  at: Instant
  status: 'active' | 'suspended' | 'closed'
}

/** How an affiliate stands towards one payment. */
export interface Standing {
  /** Null: open in that second. */
  closedAt: Instant | null
  /** Suspended in that second, and not taken back since. */
  suspended: boolean
}

/**
 * A payment is judged as things stood when it was made; a change counts from the second after it. What was paid to a suspended
 * affiliate stays held until they are active again, also through a closing; a suspension that ended before it, or began after it,
 * is none of its business.
 * @param changes of one affiliate, in the order in which they were decided; before the first they were active
 */
export function standingAt(changes: readonly StandingChange[], paidAt: Instant): Standing {
  const last = changes.findLastIndex((change) => change.at < paidAt)
  const then = changes[last]
  if (then?.status === 'closed') return { closedAt: then.at, suspended: false }
  const takenBack = changes.slice(last + 1).some((change) => change.status === 'active')
  return { closedAt: null, suspended: then?.status === 'suspended' && !takenBack }
}
