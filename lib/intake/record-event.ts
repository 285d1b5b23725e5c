import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'
import { handledEventTypes } from './events'
import type { IncomingEvent } from './parse-event'

const ignoredSentence = 'Events of this type say nothing about commissions.'

/**
 * Keeps an event: one statement, one commit. Twice the same event is one row.
 * @param recordedAt the wall's time
 */
export async function recordEvent(
  db: Querying,
  event: IncomingEvent,
  recordedAt: Date,
): Promise<'recorded' | 'duplicate' | 'ignored'> {
  const handled = handledEventTypes.has(event.type)
  const at = recordedAt.toISOString()
  const rows = await db.execute(sql`
    with event as (
      insert into inbox_events (event_id, type, api_version, object_id, created_at, recorded_at)
      values (${event.id}, ${event.type}, ${event.apiVersion}, ${event.objectId}, to_timestamp(${event.created}), ${at})
      on conflict (event_id) do nothing
      returning event_id
    ), payload as (
      insert into inbox_payloads (event_id, recorded_at, body)
      select event_id, ${at}::timestamptz, ${event.body}::jsonb from event
    ), work as (
      insert into inbox_work (event_id, state, next_attempt_at, outcome, sentence, done_at)
      select event_id, ${handled ? 'queued' : 'done'}, ${at}::timestamptz, ${handled ? null : 'ignored'},
             ${handled ? null : ignoredSentence}, ${handled ? null : at}::timestamptz
      from event
    )
    select event_id from event`)
  if (rows.length === 0) return 'duplicate'
  return handled ? 'recorded' : 'ignored'
}
