import { sql } from 'drizzle-orm'
import type { Database, Querying, Transaction } from '@/db'
import { connectEventTypes, handledEventTypes } from './events'
import type { IncomingEvent } from './parse-event'

const othersSentence = 'It happened in an affiliate’s own Stripe account, and is their own business.'
const ignoredSentence = 'Events of this type say nothing about commissions.'

type Recorded = 'recorded' | 'duplicate' | 'ignored'

/**
 * Keeps an event: one statement, one commit. Twice the same event is one row.
 * @param db outside a transaction
 * @param recordedAt the wall's time
 */
export async function recordEvent(db: Database, event: IncomingEvent, recordedAt: Date): Promise<Recorded> {
  try {
    return await insertEvent(db, event, recordedAt)
  } catch (error) {
    if (!isRefusedBody(error)) throw error
    return insertEvent(db, asText(event), recordedAt)
  }
}

/** As `recordEvent`, in a transaction of the caller's, which outlives a refusal. */
export async function recordEventIn(
  tx: Transaction,
  event: IncomingEvent,
  recordedAt: Date,
): Promise<Recorded> {
  const insert = (each: IncomingEvent) => tx.transaction((inner) => insertEvent(inner, each, recordedAt))
  try {
    return await insert(event)
  } catch (error) {
    if (!isRefusedBody(error)) throw error
    return insert(asText(event))
  }
}

/** Sent again it would be refused again: it is kept as text, and its object read from Stripe. */
function asText(event: IncomingEvent): IncomingEvent {
  return { ...event, body: JSON.stringify({ unread: event.body }) }
}

/** JSON that jsonb does not take (22…: a number without an end; 54…: nested too deep). */
function isRefusedBody(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^(22|54)\w{3}$/.test(cause.code)) return true
  }
  return false
}

/** As `recordEvent`, where a body that jsonb does not take may fail the caller's transaction. */
export async function insertEvent(db: Querying, event: IncomingEvent, recordedAt: Date): Promise<Recorded> {
  const ofOthers = event.accountId !== null && !connectEventTypes.has(event.type)
  const handled = handledEventTypes.has(event.type) && !ofOthers
  const ignored = ofOthers ? othersSentence : ignoredSentence
  const at = recordedAt.toISOString()
  const [row] = await db.execute<{ asked: string; is_new: boolean }>(sql`
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
      select event_id, ${handled ? 'queued' : 'done'}, clock_timestamp(), ${handled ? null : 'ignored'},
             ${handled ? null : ignored}, ${handled ? null : at}::timestamptz
      from event
    )
    select ${event.id}::text as asked, exists (select from event) as is_new`)
  // An answer that is not about this event acknowledges nothing, wherever it comes from.
  if (row?.asked !== event.id) throw new Error(`the database did not answer about ${event.id}`)
  if (!row.is_new) return 'duplicate'
  return handled ? 'recorded' : 'ignored'
}
