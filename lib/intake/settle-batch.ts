import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { isPassing } from '@/lib/database-away'
import { log } from '@/lib/log'
import type { Stripe } from '@/lib/stripe/client'
import { readBatch, type Reading } from './ask'
import { namedApart } from './blame'
import { handOver, holdLeased, keepLease, leaseEvents, postpone, type Lane } from './lease'
import { outcomeOf, type Outcome } from './outcome'
import { settleFacts } from './settle-facts'
import { storableJson } from '@/lib/storable-json'

export interface BatchResult {
  settled: number
  failed: number
}

export interface BatchOptions {
  worker: string
  limit: number
  eventIds?: readonly string[]
  lane?: Lane
}

/**
 * A batch that fails without naming anybody is tried again in so many parts, and so on. Halves would settle the sound ones twice as often
 * until the faults are found; many more would cost more transactions than they save.
 */
const parts = 8

/** Large enough that what a transaction costs is little beside its events. */
export const batchSize = 500

/** While PostgreSQL works on one batch, the next is read. */
export const batchesAtOnce = 2

/** After this nothing more is asked from Stripe for a batch: what was not asked yet is put off. */
const askMs = 20_000
/** Mostly Stripe answers sooner, and all of a batch is settled together; where not, the others do not wait for it. */
const patienceMs = 2_000

/**
 * Claims due events and takes them into the books: lease, ask, settle. A batch that fails is rolled back and tried in parts, so that an
 * event which cannot be settled holds up nobody else; a batch of the `fresh` lane leaves that to the lane of what is tried again.
 */
export async function settleBatch(db: Database, stripe: Stripe, options: BatchOptions): Promise<BatchResult> {
  const events = await leaseEvents(db, options)
  if (events.length === 0) return { settled: 0, failed: 0 }
  const eventIds = events.map((event) => event.id)
  const lease = keepLease(db, options.worker, eventIds)
  try {
    const asking = { stripe, now: await programmeNow(db), untilMs: Date.now() + askMs }
    const { ready, asked } = await readBatch(db, events, asking)
    const settled = (await within(patienceMs, asked))
      ? await settleReadings(db, options, [...ready, ...(await asked)])
      : (await settleReadings(db, options, ready)) + (await settleReadings(db, options, await asked))
    return { settled, failed: events.length - settled }
  } finally {
    lease.stop()
  }
}

/** Whether it ends, well or badly, within so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  const done = work.then(
    () => true as const,
    () => true as const,
  )
  const first = await Promise.race([done, over])
  clearTimeout(timer)
  return first
}

type By = Pick<BatchOptions, 'worker' | 'lane'>

async function settleReadings(db: Database, by: By, readings: readonly Reading[]): Promise<number> {
  for (const { event, error } of readings) if (error !== null) await giveBack(db, by.worker, event, error)
  const sound = readings.filter((reading) => reading.error === null)
  let settled = 0
  // What failed before may fail again: it breaks the transaction of nothing that has not failed as often.
  for (const attempts of new Set(sound.map(({ event }) => event.attempts))) {
    const alike = sound.filter(({ event }) => event.attempts === attempts)
    settled += await settleSound(db, by, alike)
  }
  return settled
}

async function settleSound(db: Database, by: By, readings: readonly Reading[]): Promise<number> {
  const [only, ...more] = readings
  if (only === undefined) return 0
  try {
    return await settleTogether(db, by.worker, readings)
  } catch (error) {
    if (by.lane === 'fresh') {
      const { rest, named } = namedApart(readings, error)
      const suspects = named.length > 0 ? named : readings
      await handOver(
        db,
        by.worker,
        suspects.map(({ event }) => event.id),
      )
      log.warn({ events: readings.length, named: named.length, error }, 'a batch could not be settled')
      return named.length > 0 ? await settleSound(db, by, rest) : 0
    }
    if (more.length === 0) {
      // Tried once more, for what came meanwhile; another time would fail like the last.
      await giveBack(db, by.worker, only.event, error, only.event.attempts > 2 && !isPassing(error))
      return 0
    }
    log.warn({ events: readings.length, error }, 'a batch could not be settled; its parts are tried')
    let settled = 0
    for (const part of partsOf(readings, error)) settled += await settleSound(db, by, part)
    return settled
  }
}

/** Those whom the error names apart, or so many equal parts where it names nobody. */
function partsOf(readings: readonly Reading[], error: unknown): Reading[][] {
  const { rest, named } = namedApart(readings, error)
  if (named.length > 0 && rest.length > 0) return [rest, named]
  const size = Math.ceil(readings.length / parts)
  return Array.from({ length: Math.ceil(readings.length / size) }, (_, part) =>
    readings.slice(part * size, (part + 1) * size),
  )
}

async function settleTogether(db: Database, worker: string, readings: readonly Reading[]): Promise<number> {
  const done = await db.transaction(async (tx) => {
    const held = await holdLeased(
      tx,
      worker,
      readings.map(({ event }) => event.id),
    )
    const own = readings.filter(({ event }) => held.has(event.id))
    if (own.length === 0) return null
    const clock = { recordedAt: await programmeNow(tx), wallNow: wallNow() }
    const settled = await settleFacts(
      tx,
      own.flatMap((reading) => reading.facts),
      clock,
    )
    await finish(
      tx,
      own.map(({ event, facts }) => ({ id: event.id, ...outcomeOf(facts, settled) })),
    )
    return {
      events: own.map(({ event }) => event.id),
      payments: [...new Set(settled.answers.map(({ paymentId }) => paymentId))],
    }
  })
  if (done === null) return 0
  log.info({ worker, ...done }, 'settled')
  return done.events.length
}

async function finish(
  tx: Parameters<typeof settleFacts>[0],
  outcomes: readonly (Outcome & { id: string })[],
): Promise<void> {
  const rows = storableJson(outcomes)
  await tx.execute(sql`
    update inbox_work w set state = 'done', outcome = d.outcome, sentence = d.sentence, done_at = clock_timestamp(),
           leased_by = null, leased_until = null
    from jsonb_to_recordset(${rows}::jsonb) as d (id text, outcome text, sentence text)
    where w.event_id = d.id`)
}

async function giveBack(
  db: Database,
  worker: string,
  event: Reading['event'],
  error: unknown,
  isLasting = false,
): Promise<void> {
  const final = isLasting || error instanceof z.ZodError || error instanceof RangeError
  const state = await postpone(db, worker, event, { sentence: sentenceOf(error), final })
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
