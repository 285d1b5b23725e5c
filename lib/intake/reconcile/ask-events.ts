import type { Database } from '@/db'
import type { Stripe } from '@/lib/stripe/client'
import { readBatch } from '../ask'
import type { LeasedEvent } from '../lease'
import { parseEvent } from '../parse-event'
import { loadInbox } from './judge'
import { problemOf, type Sighting } from './sightings'

/** Longer than a worker is given: nobody waits for a sweep. */
const askMs = 300_000

/** Which of these events never came, with all that they say. */
export async function askEvents(
  db: Database,
  stripe: Stripe,
  events: readonly { id: string }[],
  now: Date,
): Promise<Sighting[]> {
  const came = await loadInbox(
    db,
    events.map(({ id }) => id),
  )
  const known = events.flatMap(({ id }): Sighting[] => {
    const quarantined = came.get(id)?.quarantined ?? null
    return came.has(id) ? [{ kind: 'event', objectId: id, facts: [], problem: quarantined }] : []
  })
  const missed = events.flatMap((event) => {
    if (came.has(event.id)) return []
    return [{ id: event.id, event, parsed: parseEvent(JSON.stringify(event)) }]
  })
  // The cast: parseEvent has found it to be an event.
  const leased = missed.flatMap(({ event, parsed }) =>
    'problem' in parsed
      ? []
      : [
          {
            ...parsed,
            createdAt: new Date(parsed.created * 1000),
            attempts: 1,
            body: event as LeasedEvent['body'],
          },
        ],
  )
  const { ready, asked } = await readBatch(db, leased, { stripe, now, untilMs: Date.now() + askMs })
  const readings = new Map([...ready, ...(await asked)].map((reading) => [reading.event.id, reading]))
  const found = missed.map(({ id, parsed }): Sighting => {
    if ('problem' in parsed) return { kind: 'event', objectId: id, facts: [], problem: parsed.problem }
    const reading = readings.get(id)
    const error = reading?.error ?? null
    return {
      kind: 'event',
      objectId: id,
      facts: reading?.facts ?? [],
      problem: error === null ? null : problemOf(error),
      event: parsed,
    }
  })
  return [...known, ...found]
}
