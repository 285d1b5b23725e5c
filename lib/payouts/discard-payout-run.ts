import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { database, payoutRuns, payoutsLeftOut, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/** Throws a draft away. Twice is once. @throws TributaryError not_found, conflict where it is approved */
export async function discardPayoutRun(
  actor: Actor,
  runId: string,
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  await (options.db ?? database()).transaction(async (tx) => {
    const [run] = await tx.select().from(payoutRuns).where(eq(payoutRuns.id, runId)).for('update')
    if (!run) throw new TributaryError('not_found', 'There is no such payout run.')
    if (run.state === 'discarded') return
    if (run.state !== 'draft')
      throw new TributaryError('conflict', 'This run is approved: void the approval first.')
    await tx.execute(sql`delete from payouts where run_id = ${runId} and state = 'draft'`)
    await tx.delete(payoutsLeftOut).where(eq(payoutsLeftOut.runId, runId))
    await tx.update(payoutRuns).set({ state: 'discarded' }).where(eq(payoutRuns.id, runId))
    const at = options.now ?? (await programmeNow(tx))
    await writeAudit(tx, { actor, action: 'payout_run.discard', subjectId: runId, at })
  })
}
