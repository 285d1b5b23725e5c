import 'server-only'
import { eq } from 'drizzle-orm'
import { database, payoutRuns, payouts, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { releasePayouts } from './release-payouts'
import { tellingProgress, type Tell } from './run-work'

/**
 * Makes an approved run a draft again, of which nothing was sent: its lines go back, and it has to be drawn up, looked at and approved
 * anew. Twice is once.
 * @throws TributaryError not_found, invalid without a reason, conflict where something of it was sent
 */
export async function voidApproval(
  actor: Actor,
  input: { runId: string; reason: string },
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { runId } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'Voiding an approval needs a reason.', 'reason')
  const { db = database() } = options
  const undo = (tell: Tell) =>
    db.transaction(async (tx) => {
      await lockForDecision(tx)
      const [run] = await tx.select().from(payoutRuns).where(eq(payoutRuns.id, runId)).for('update')
      if (!run) throw new TributaryError('not_found', 'There is no such payout run.')
      if (run.state === 'draft') return
      if (run.state !== 'approved') throw new TributaryError('conflict', `This run is ${run.state}.`)
      const all = await tx
        .select({ id: payouts.id, state: payouts.state })
        .from(payouts)
        .where(eq(payouts.runId, runId))
        .orderBy(payouts.id)
        .for('update')
      if (all.some(({ state }) => state !== 'approved' && state !== 'taken_out'))
        throw new TributaryError('conflict', 'Something of this run was sent already: its approval stands.')
      const now = options.now ?? (await programmeNow(tx))
      const ids = all.filter(({ state }) => state === 'approved').map(({ id }) => id)
      tell(0, ids.length)
      const to = { state: 'taken_out', reason: `The approval was voided: ${reason}` } as const
      await releasePayouts(tx, ids, to, now, (moved) => tell(moved, ids.length))
      const { approvedBy, approvedAt, approvedDigest } = run
      await tx
        .update(payoutRuns)
        .set({
          state: 'draft',
          approvedDigest: null,
          approvedBy: null,
          approvedAt: null,
          soleAdministrator: false,
          secondFactorAgeSeconds: null,
          sendingSince: null,
          stopped: null,
        })
        .where(eq(payoutRuns.id, runId))
      const before = { approvedBy, approvedAt, approvedDigest }
      await writeAudit(tx, {
        actor,
        action: 'payout_run.void_approval',
        subjectId: runId,
        before,
        reason,
        at: now,
      })
    })
  await tellingProgress(db, { runId, doing: 'void' }, undo)
}
