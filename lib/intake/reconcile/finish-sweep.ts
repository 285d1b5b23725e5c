import { and, eq, sql } from 'drizzle-orm'
import { sweepOpen, sweeps, type Database, type Transaction } from '@/db'
import { reviewNeighbours } from '@/lib/anomalies/review-neighbours'
import { wallNow } from '@/lib/clock'
import { settleQueued } from '../settle-queue'
import { SweepLost } from './hold'
import { totalsOf } from './past-sweeps'
import { loadTruths } from './truths'

/** A fee that Stripe has not told after so long is no longer only late. */
const feeDays = 7

/** The end of a sweep: what it has set going is settled, every payment is asked for its answer, and the truths and totals are taken. */
export async function finishSweep(
  db: Database,
  sweep: { sweepId: number; since: Date; holder: string },
): Promise<void> {
  while ((await reviewNeighbours(db, 5_000)) + (await settleQueued(db, 200)) > 0) continue
  await db.transaction(async (tx) => {
    const { sweepId } = sweep
    await noteUnanswered(tx, sweep)
    await tx.delete(sweepOpen).where(eq(sweepOpen.sweepId, sweepId))
    const rows = await tx
      .update(sweeps)
      .set({ state: 'done', finishedAt: wallNow(), heldBy: null, heldUntil: null, error: null })
      .where(and(eq(sweeps.id, sweepId), eq(sweeps.heldBy, sweep.holder)))
      .returning({ id: sweeps.id })
    if (rows.length === 0) throw new SweepLost('Another process has taken this sweep over.')
    await tx
      .update(sweeps)
      .set({ truths: await loadTruths(tx), totals: totalsOf(sweepId) })
      .where(eq(sweeps.id, sweepId))
  })
}

/** Payments that still have neither a line nor a reason, now that Stripe has shown all there is. */
async function noteUnanswered(
  tx: Transaction,
  { sweepId, since }: { sweepId: number; since: Date },
): Promise<void> {
  const from = since.toISOString()
  await tx.execute(sql`
    insert into sweep_findings (sweep_id, kind, object_id, verdict, sentence, payment_id, invoice_id, customer_id, found_at)
    select distinct on (payment_id) ${sweepId}::bigint, 'payment', payment_id, 'unexplained', sentence, payment_id, invoice_id,
           customer_id, clock_timestamp()
    from commissions c
    where paid_at >= ${from}::timestamptz
      and (status = 'awaiting_basis'
           or (status = 'awaiting_fee' and paid_at < (select begun_at from sweeps where id = ${sweepId})
                                                     - make_interval(days => ${feeDays})))
    on conflict (sweep_id, kind, object_id) do update set verdict = excluded.verdict, sentence = excluded.sentence`)
  await tx.execute(sql`
    insert into sweep_findings (sweep_id, kind, object_id, verdict, sentence, payment_id, found_at)
    select distinct ${sweepId}::bigint, 'payment', w.subject_id, 'unexplained',
           'Its money was given back or is said to be paid, and Stripe does not show the payment.', w.subject_id, clock_timestamp()
    from waits w join sweep_findings f on f.sweep_id = ${sweepId} and f.payment_id = w.subject_id
    where w.kind = 'payment'
    on conflict (sweep_id, kind, object_id) do nothing`)
  await tx.execute(sql`
    insert into sweep_counts (sweep_id, kind, seen)
    select ${sweepId}::bigint, 'payment', count(*) from (
      select payment_id from commissions where paid_at >= ${from}::timestamptz
      union select object_id from sweep_findings where sweep_id = ${sweepId} and kind = 'payment') as answered
    on conflict (sweep_id, kind) do update set seen = excluded.seen`)
}
