import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { database, payouts, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { releasePayouts } from './release-payouts'

/**
 * Leaves one payout to the next run, before it is sent; the others stay as they were approved. Twice is once.
 * @throws TributaryError not_found, conflict where it is being sent, invalid without a reason
 */
export async function takeOutPayout(
  actor: Actor,
  input: { payoutId: string; reason: string },
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { payoutId } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'Taking a payout out needs a reason.', 'reason')
  await (options.db ?? database()).transaction(async (tx) => {
    await lockForDecision(tx)
    const [payout] = await tx.select().from(payouts).where(eq(payouts.id, payoutId)).for('update')
    if (!payout) throw new TributaryError('not_found', 'There is no such payout.')
    if (payout.state === 'taken_out') return
    const now = options.now ?? (await programmeNow(tx))
    if (payout.state === 'approved') await releasePayouts(tx, [payoutId], { state: 'taken_out', reason }, now)
    else if (payout.state === 'draft')
      await tx.execute(sql`update payouts set state = 'taken_out', reason = ${reason} where id = ${payoutId}`)
    else
      throw new TributaryError('conflict', `This payout is ${payout.state}: it cannot be taken out any more.`)
    const before = { state: payout.state, amountMinor: payout.amountMinor, currency: payout.currency }
    await writeAudit(tx, { actor, action: 'payout.take_out', subjectId: payoutId, before, reason, at: now })
  })
}
