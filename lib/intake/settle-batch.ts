import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { log } from '@/lib/log'
import type { Stripe } from '@/lib/stripe/client'
import { readBatch, type Reading } from './ask'
import { leaseEvents, postpone } from './lease'
import { outcomeOf, type Outcome } from './outcome'
import { settleFacts } from './settle-facts'

export interface BatchResult {
  settled: number
  failed: number
}

/**
 * Claims due events and takes them into the books: lease, ask, settle. A batch that fails is rolled back and tried one by one, so that
 * an event which cannot be settled holds up nobody else.
 */
export async function settleBatch(
  db: Database,
  stripe: Stripe,
  options: { worker: string; limit: number; eventIds?: readonly string[] },
): Promise<BatchResult> {
  const events = await leaseEvents(db, options)
  if (events.length === 0) return { settled: 0, failed: 0 }
  const readings = await readBatch(db, stripe, events, await programmeNow(db))
  const broken = readings.filter((reading) => reading.error !== null)
  for (const { event, error } of broken) await giveBack(db, event, error)
  const sound = readings.filter((reading) => reading.error === null)
  const settled = await settleSound(db, options.worker, sound)
  return { settled, failed: events.length - settled }
}

async function settleSound(db: Database, worker: string, readings: readonly Reading[]): Promise<number> {
  if (readings.length === 0) return 0
  try {
    await settleTogether(db, worker, readings)
    return readings.length
  } catch (error) {
    const [only] = readings
    if (readings.length === 1 && only) {
      await giveBack(db, only.event, error)
      return 0
    }
    log.warn(
      { events: readings.length, error },
      'a batch could not be settled; its events are tried one by one',
    )
  }
  let settled = 0
  for (const reading of readings) settled += await settleSound(db, worker, [reading])
  return settled
}

async function settleTogether(db: Database, worker: string, readings: readonly Reading[]): Promise<void> {
  await db.transaction(async (tx) => {
    const clock = { recordedAt: await programmeNow(tx), wallNow: wallNow() }
    const facts = readings.flatMap((reading) => reading.facts)
    const settled = await settleFacts(tx, facts, clock)
    const outcomes = readings.map(({ event, facts: own }) => ({
      id: event.id,
      ...outcomeOf(own, settled),
    }))
    const done = await finish(tx, worker, outcomes)
    // Another worker took an event over when this one's lease ran out: all that is written here is undone, and theirs stands.
    if (done !== readings.length) throw new Error('a lease ran out before its batch was settled')
  })
}

async function finish(
  tx: Parameters<typeof settleFacts>[0],
  worker: string,
  outcomes: readonly (Outcome & { id: string })[],
): Promise<number> {
  const rows = sql.join(
    outcomes.map(({ id, outcome, sentence }) => sql`(${id}, ${outcome}, ${sentence})`),
    sql`, `,
  )
  const done = await tx.execute(sql`
    update inbox_work w set state = 'done', outcome = d.outcome, sentence = d.sentence, done_at = clock_timestamp(),
           leased_by = null, leased_until = null
    from (values ${rows}) as d (id, outcome, sentence)
    where w.event_id = d.id and w.state = 'leased' and w.leased_by = ${worker}
    returning w.event_id`)
  return done.length
}

async function giveBack(db: Database, event: Reading['event'], error: unknown): Promise<void> {
  const final = error instanceof z.ZodError || error instanceof RangeError
  const state = await postpone(db, event, { sentence: sentenceOf(error), final })
  log.warn(
    { eventId: event.id, type: event.type, attempts: event.attempts, state, error },
    'an event could not be settled',
  )
}

function sentenceOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues
    return `Its object is not of Stripe's shape: ${issue?.path.join('.') || 'it'}: ${issue?.message}.`
  }
  const message =
    error instanceof Error
      ? error.cause instanceof Error
        ? error.cause.message
        : error.message
      : String(error)
  return `It could not be settled: ${message.slice(0, 500)}`
}
