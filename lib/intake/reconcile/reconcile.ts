import { requireRole, type Actor } from '@/lib/actor'
import { newId } from '@/lib/ids'
import { wallNow } from '@/lib/clock'
import { log } from '@/lib/log'
import { confirmSeen } from '@/lib/payouts/confirm-seen'
import { takeBackReversed } from '@/lib/payouts/take-back-reversed'
import type { PacedClient } from '@/lib/stripe/paced-client'
import { programme, type Database } from '@/db'
import { batchSize, settleBatch } from '../settle-batch'
import { finishSweep } from './finish-sweep'
import { holdSweep, keepHold, letGo, standAt, SweepLost, type HeldSweep } from './hold'
import { takeStep } from './take-step'
import { walks } from './walks'

export interface Progress {
  /** `paid invoices` */
  title: string
  /** Of all walks, from 0 to 1. */
  share: number
  /** Since this process began. */
  seen: number
  calls: number
}

export interface ReconcileOptions {
  db: Database
  client: PacedClient
  begunBy: 'nightly' | 'by_hand'
  /** Null: since the last sweep that came to its end. */
  since: Date | null
  /** Stops after the page in hand; whoever comes next takes it up there. */
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** `busy`: another process works on one. `stopped`: it was told to. The number is the sweep's. */
export type Reconciled =
  | { state: 'busy' }
  | { state: 'done' | 'stopped'; sweepId: number; isResumed: boolean }

/**
 * Holds Stripe's own record against the books, page by page, and brings in what they lack, by the path of all facts. Asks Stripe outside
 * of any transaction, a hundred objects a call. Killed at any moment, it is taken up after the last page that was finished.
 * @throws TributaryError forbidden; Stripe's errors where it does not answer
 */
export async function reconcile(actor: Actor, options: ReconcileOptions): Promise<Reconciled> {
  requireRole(actor, 'admin')
  const { db, begunBy, since } = options
  const holder = `sweep-${newId('key')}`
  const sweep = await holdSweep(actor, { db, holder, begunBy, since })
  if (sweep === null) return { state: 'busy' }
  const { id: sweepId, isResumed } = sweep
  log.info({ sweepId, isResumed, since: sweep.since }, 'a sweep over Stripe’s record')
  const hold = keepHold(db, sweepId, holder)
  try {
    await settleWhatCame(options, holder)
    const isOver = await walkAll(sweep, holder, options)
    if (!isOver) await letGo(db, sweepId, holder, null)
    else {
      await settleTransfers(options)
      await finishSweep(db, { sweepId, since: sweep.since, holder })
    }
    return { state: isOver ? 'done' : 'stopped', sweepId, isResumed }
  } catch (error) {
    if (!(error instanceof SweepLost)) await letGo(db, sweepId, holder, String(error).slice(0, 500))
    throw error
  } finally {
    hold.stop()
  }
}

/** @returns false where it was told to stop */
async function walkAll(sweep: HeldSweep, holder: string, options: ReconcileOptions): Promise<boolean> {
  const { db, client, signal, onProgress } = options
  const { stripe } = client
  const [books] = await db.select({ mode: programme.booksMode }).from(programme)
  const hasClocks = books?.mode !== 'live'
  const place = { db, stripe, sweepId: sweep.id, since: sweep.since, until: sweep.until, hasClocks }
  const span = Math.max(1, sweep.begunAt.getTime() - sweep.since.getTime())
  let { cursor } = sweep
  let seen = 0
  let written = client.spent()
  for (let walk = sweep.walk; walk < walks.length;) {
    if (signal?.aborted) return false
    const current = walks[walk]
    if (current === undefined) break
    const { title } = current
    const step = await current.step(place, cursor)
    const next = step.cursor === null ? walk + 1 : walk
    const spent = client.spent()
    const since = { calls: spent.calls - written.calls, limited: spent.limited - written.limited }
    await takeStep(
      {
        ...place,
        stand: (tx) => standAt(tx, { id: sweep.id, holder }, { walk: next, cursor: step.cursor, ...since }),
      },
      step.sightings,
    )
    written = spent
    await finishEvents(
      options,
      holder,
      step.sightings.flatMap(({ event }) => event?.id ?? []),
    )
    seen += step.sightings.length
    cursor = step.cursor
    const left = step.reached === null ? 0 : (step.reached * 1000 - sweep.since.getTime()) / span
    const within = next > walk ? 1 : 1 - Math.min(1, Math.max(0, left))
    onProgress?.({ title, share: (walk + within) / walks.length, seen, calls: spent.calls })
    walk = next
  }
  return true
}

/** What transfers have shown of payouts: money that came back, and payouts of which it was not known. */
async function settleTransfers({ db, client }: ReconcileOptions): Promise<void> {
  while ((await takeBackReversed(db)) > 0) continue
  await confirmSeen({ db, stripe: client.stripe, now: wallNow })
}

/** What has come and was not settled yet is not lost. What cannot be settled stays behind, and is found. */
async function settleWhatCame({ db, client, signal }: ReconcileOptions, worker: string): Promise<void> {
  while (!signal?.aborted) {
    const { settled } = await settleBatch(db, client.stripe, { worker, limit: batchSize })
    if (settled === 0) return
  }
}

/** What missed events say is in the books already: their work comes to its outcome. */
async function finishEvents(
  { db, client }: ReconcileOptions,
  worker: string,
  eventIds: readonly string[],
): Promise<void> {
  if (eventIds.length > 0) await settleBatch(db, client.stripe, { worker, limit: batchSize, eventIds })
}
