import { sql } from 'drizzle-orm'
import { workers, type Database } from '@/db'
import { countAffiliateFiguresIfDue } from '@/lib/affiliates/count-figures'
import { countCodeFiguresIfDue } from '@/lib/codes/count-figures'
import { makeFromBatches } from '@/lib/codes/make-batches'
import { runImports } from '@/lib/imports/run-imports'
import { reviewInMeasure } from '@/lib/anomalies/review-in-measure'
import { provisionDueCodes } from '@/lib/codes/provision-code'
import { wallNow } from '@/lib/clock'
import { log } from '@/lib/log'
import { endOverduePortalViews } from '@/lib/auth/portal-views'
import { enqueueSummaries } from '@/lib/mail/enqueue-summaries'
import { enqueueTermsLetters } from '@/lib/mail/enqueue-terms-letters'
import { sendDueMails } from '@/lib/mail/send-due-mails'
import type { MailTransport } from '@/lib/mail/transport'
import { expirePayloads } from '@/lib/operations/expire-payloads'
import { watchThresholds } from '@/lib/operations/watch-thresholds'
import { workOnPayouts } from '@/lib/payouts/work-on-payouts'
import { keepCalls } from '@/lib/metrics/keep-calls'
import type { Stripe } from '@/lib/stripe/client'
import type { PacedClient } from '@/lib/stripe/paced-client'
import { askWaiting } from './ask-waiting'
import type { Lane } from './lease'
import { sweepNightly } from './reconcile/nightly'
import { batchesAtOnce, batchSize, settleBatch } from './settle-batch'
import { settleQueued } from './settle-queue'

export interface WorkerOptions {
  id: string
  db: Database
  stripe: Stripe
  /** For the nightly sweep. */
  sweeper: PacedClient
  /** For payouts. */
  sender: PacedClient
  transport: MailTransport | null
  /** Stops after the batch in flight. */
  signal: AbortSignal
}

/** Short enough that a purchase shows within a second, long enough that an idle worker costs nothing to speak of. */
const idleMs = 150
/** Apart from the errands: a Stripe that is silent must not make the worker look dead. */
const beatMs = 1_000
const errandsMs = 1_000
const nightlyMs = 30_000
const watchMs = 60_000

/** The settlement worker: events and enqueued settlements as fast as they come, errands every second. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { db, id, signal } = options
  await beat(options)
  const beats = repeat(signal, beatMs, () => keepBeating(options))
  const errands = repeat(signal, errandsMs, () => runErrands(options))
  // Apart too: a run of a hundred thousand takes hours, and holds up no mail.
  const payouts = repeat(signal, errandsMs, () => sendIfDue(options))
  const sweeps = repeat(signal, nightlyMs, () => sweepIfDue(options))
  const batches = repeat(signal, errandsMs, () => makeBatches(options))
  const files = repeat(signal, errandsMs, () => takeIn(options))
  const counts = repeat(signal, errandsMs, () => countFigures(options))
  const watches = repeat(signal, watchMs, () => watch(options))
  const review = reviewInMeasure(db)
  const fresh = settleLane(options, 'fresh', async (done) => {
    const queued = done + (await settleQueued(db, 200))
    return queued + (await review(queued > 0))
  })
  const others = Array.from({ length: batchesAtOnce - 1 }, () => settleLane(options, 'fresh'))
  const again = settleLane(options, 'again')
  await Promise.all([
    fresh,
    ...others,
    again,
    beats,
    errands,
    payouts,
    sweeps,
    batches,
    files,
    counts,
    watches,
  ])
  await db.delete(workers).where(sql`${workers.id} = ${id}`)
}

/** Batch after batch of a lane, with what comes after each. */
async function settleLane(
  { db, id, signal, stripe }: WorkerOptions,
  lane: Lane,
  after = (done: number): Promise<number> => Promise.resolve(done),
): Promise<void> {
  while (!signal.aborted) {
    const busy = await attempt('settling', async () => {
      const { settled, failed } = await settleBatch(db, stripe, { worker: id, limit: batchSize, lane })
      return after(settled + failed)
    })
    if (!busy) await rest(signal, idleMs)
  }
}

async function runErrands(options: WorkerOptions): Promise<void> {
  const { db, stripe, transport } = options
  await attempt('asking Stripe', () => askWaiting(db, stripe, 50))
  await attempt('making codes', () => provisionDueCodes(db, stripe, wallNow()))
  await attempt('summaries of the month', () => summariseIfDue(db))
  await attempt('letters about new terms', () => enqueueTermsLetters(db, 100, transport !== null))
  await attempt('looks at portals', () => endOverduePortalViews(db, wallNow()))
  await attempt('sending mail', () => sendDueMails(db, transport, wallNow()))
  await attempt('counting calls', () => keepCalls(db))
}

async function sendIfDue({ db, sender, signal }: WorkerOptions): Promise<void> {
  await attempt('payouts', () => workOnPayouts(db, sender.stripe, signal))
}

/** Twice a minute at most. */
let summariseAt = 0

async function summariseIfDue(db: Database): Promise<void> {
  if (Date.now() < summariseAt) return
  const more = (await enqueueSummaries(db, 100)) === 100
  summariseAt = more ? 0 : Date.now() + 30_000
}

/** Apart from the errands: in large books it takes seconds. */
async function countFigures({ db, sweeper }: WorkerOptions): Promise<void> {
  await attempt('counting what affiliates earned', () => countAffiliateFiguresIfDue(db))
  await attempt('counting what came through codes', () => countCodeFiguresIfDue(db, sweeper.stripe))
}

/** Apart from the errands: ten thousand codes take minutes. */
async function makeBatches({ db, sweeper, signal }: WorkerOptions): Promise<void> {
  for (let moved: number | null = 1; moved && !signal.aborted;)
    moved = await attempt('codes from files', () => makeFromBatches(db, sweeper.stripe))
}

async function takeIn({ db, sweeper, signal }: WorkerOptions): Promise<void> {
  for (let moved: number | null = 1; moved && !signal.aborted;)
    moved = await attempt('files of another product', () => runImports(db, sweeper.stripe))
}

async function sweepIfDue({ db, sweeper, signal }: WorkerOptions): Promise<void> {
  await attempt('the nightly sweep', () => sweepNightly(db, sweeper, { now: wallNow(), signal }))
}

async function watch({ db }: WorkerOptions): Promise<void> {
  await attempt('watching the thresholds', () => watchThresholds(db, wallNow()))
  await attempt('letting old bodies go', () => expirePayloads(db, wallNow()))
}

async function keepBeating(options: WorkerOptions): Promise<void> {
  await attempt('the heartbeat', () => beat(options))
}

/** By the database's clock, which all processes share. */
async function beat({ db, id }: WorkerOptions): Promise<void> {
  const now = sql`clock_timestamp()`
  await db
    .insert(workers)
    .values({ id, startedAt: now, beatAt: now })
    .onConflictDoUpdate({ target: workers.id, set: { beatAt: now } })
  await db.execute(sql`delete from workers where beat_at < clock_timestamp() - interval '1 hour'`)
}

/** An error of one errand is written down and tried again; it stops nothing else. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    log.error({ error }, `${what} failed`)
    await new Promise((resolve) => setTimeout(resolve, 500))
    return null
  }
}

async function repeat(signal: AbortSignal, everyMs: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work()
    await rest(signal, everyMs)
  }
}

function rest(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
