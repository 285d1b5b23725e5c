import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { reviewInMeasure } from '@/lib/anomalies/review-in-measure'
import { newId } from '@/lib/ids'
import type { Stripe } from '@/lib/stripe/client'
import { askWaiting } from './ask-waiting'
import { batchesAtOnce, batchSize, settleBatch } from './settle-batch'
import { settleQueued } from './settle-queue'

export interface Drained {
  /** Events whose work is done. */
  settled: number
  /** Payments whose fee Stripe has not told. */
  waitingForFee: number
  quarantined: number
}

/**
 * Settles until nothing is left to do now, or the time is up.
 * @param timeoutMs after which it stops at the next batch
 */
export async function drain(db: Database, stripe: Stripe, timeoutMs: number): Promise<Drained> {
  const worker = `drain-${newId('key')}`
  const end = Date.now() + timeoutMs
  const review = reviewInMeasure(db)
  let settled = 0
  const inbox = async () => {
    let taken = 0
    for (let more = true; more && Date.now() < end;) {
      const batch = await settleBatch(db, stripe, { worker, limit: batchSize })
      more = batch.settled + batch.failed > 0
      taken += batch.settled + batch.failed
      settled += batch.settled
    }
    return taken
  }
  while (Date.now() < end) {
    const taken = await Promise.all(Array.from({ length: batchesAtOnce }, inbox))
    const queued = (await settleQueued(db, 200)) + (await askWaiting(db, stripe, 50))
    const done = taken.reduce((sum, each) => sum + each, queued)
    const reviewed = await review(done > 0)
    if (done + reviewed === 0 && !(await isBusy(db))) break
    if (done + reviewed === 0) await pause(100)
  }
  return { settled, ...(await left(db)) }
}

/** Another worker holds events, or some are due again within seconds. */
async function isBusy(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ busy: boolean }>(sql`
    select exists (select 1 from inbox_work where state in ('leased', 'queued'))
        or exists (select 1 from settlement_queue where error is null)
        or exists (select 1 from anomaly_marks) as busy`)
  return row?.busy ?? false
}

async function left(db: Database): Promise<Omit<Drained, 'settled'>> {
  const [row] = await db.execute<{ fees: string; quarantined: string }>(sql`
    select (select count(*) from waits where kind = 'fee') as fees,
           (select count(*) from inbox_work where state = 'quarantined') as quarantined`)
  return { waitingForFee: Number(row?.fees ?? 0), quarantined: Number(row?.quarantined ?? 0) }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
