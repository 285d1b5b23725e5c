import 'server-only'
import { setTimeout as pause } from 'node:timers/promises'
import { addMonths, dayOf, isDay, startOfDay, type Day, type Instant } from '@/lib/calendar'
import { Stripe } from '@/lib/stripe/client'

const namePrefix = 'tributary-demo/'
const pollMs = 25

/** The one test clock in whose time all of the demo's customers live. Its name tells the day the story begins on. */
export interface DemoClock {
  id: string
  start: Day
  /** Its time as last read: it stands still in between. */
  frozenAt: Instant
}

/** @returns null before the demo is begun */
export async function findDemoClock(stripe: Stripe): Promise<DemoClock | null> {
  for await (const clock of stripe.testHelpers.testClocks.list({ limit: 100 })) {
    const start = clock.name?.startsWith(namePrefix) ? clock.name.slice(namePrefix.length) : ''
    if (isDay(start)) return { id: clock.id, start, frozenAt: clock.frozen_time }
  }
  return null
}

export async function createDemoClock(stripe: Stripe, start: Day): Promise<DemoClock> {
  const name = `${namePrefix}${start}`
  const frozenAt = startOfDay(start)
  const { id } = await stripe.testHelpers.testClocks.create(
    { frozen_time: frozenAt, name },
    { idempotencyKey: name },
  )
  return { id, start, frozenAt }
}

/**
 * Moves the clock on to a moment and waits until all that falls due on the way is done. A moment that it has passed changes nothing.
 * @returns the clock as it is then
 */
export async function bringClockTo(stripe: Stripe, clock: DemoClock, target: Instant): Promise<DemoClock> {
  let frozenAt = clock.frozenAt
  while (frozenAt < target) {
    // Stripe advances at most two intervals of the shortest subscription at a time, which is monthly:
    // https://docs.stripe.com/billing/testing/test-clocks/api-advanced-usage
    frozenAt = await advance(stripe, clock.id, Math.min(target, monthLater(frozenAt)))
  }
  return { ...clock, frozenAt }
}

function monthLater(instant: Instant): Instant {
  const day = dayOf(instant)
  return startOfDay(addMonths(day, 1)) + (instant - startOfDay(day))
}

async function advance(stripe: Stripe, id: string, target: Instant): Promise<Instant> {
  const clocks = stripe.testHelpers.testClocks
  try {
    await clocks.advance(id, { frozen_time: target })
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    // Somebody else may be moving it, or have moved it further.
    const { status, frozen_time: frozenAt } = await clocks.retrieve(id)
    if (status !== 'advancing' && frozenAt < target) throw error
  }
  for (;;) {
    const { status, frozen_time: frozenAt } = await clocks.retrieve(id)
    if (status === 'internal_failure') throw new Error(`The test clock ${id} failed to advance`)
    if (status === 'ready') return frozenAt
    await pause(pollMs)
  }
}
