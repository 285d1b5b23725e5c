import 'server-only'
import { eq } from 'drizzle-orm'
import { database, payoutRuns, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * Lets the worker send what of an approved run goes by Stripe, or go on with it after it was stopped. Twice is once.
 * @throws TributaryError not_found, conflict where it is not approved
 */
export async function sendPayoutRun(
  actor: Actor,
  runId: string,
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  await (options.db ?? database()).transaction(async (tx) => {
    const [run] = await tx.select().from(payoutRuns).where(eq(payoutRuns.id, runId)).for('update')
    if (!run) throw new TributaryError('not_found', 'There is no such payout run.')
    if (run.state !== 'approved') throw new TributaryError('conflict', 'This run is not approved.')
    if (run.sendingSince !== null && run.stopped === null) return
    const now = options.now ?? (await programmeNow(tx))
    await tx
      .update(payoutRuns)
      .set({ sendingSince: run.sendingSince ?? now, stopped: null })
      .where(eq(payoutRuns.id, runId))
    const action = run.sendingSince === null ? 'payout_run.send' : 'payout_run.resume'
    await writeAudit(tx, { actor, action, subjectId: runId, before: { stopped: run.stopped }, at: now })
  })
}
