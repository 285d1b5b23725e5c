import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { database, payouts, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { movePayouts } from './move-payouts'
import { releasePayouts } from './release-payouts'

/**
 * A paid payout came back from the provider or the bank: its lines are owed again, and in the next run. Twice is once.
 * @throws TributaryError not_found, invalid without a reason, conflict where it is not paid, or goes by Stripe
 */
export async function markReturned(
  actor: Actor,
  input: { payoutId: string; reason: string },
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { payoutId } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'A reason is wanted.', 'reason')
  await (options.db ?? database()).transaction(async (tx) => {
    await lockForDecision(tx)
    const [payout] = await tx.select().from(payouts).where(eq(payouts.id, payoutId)).for('update')
    if (!payout) throw new TributaryError('not_found', 'There is no such payout.')
    if (payout.state === 'returned') return
    if (payout.state !== 'paid') throw new TributaryError('conflict', `This payout is ${payout.state}.`)
    if (payout.method === 'stripe')
      throw new TributaryError(
        'conflict',
        'Reverse the transfer at Stripe: it comes back into the books by itself.',
      )
    const now = options.now ?? (await programmeNow(tx))
    await movePayouts(tx, sql`p.id = ${payoutId}`, 'unpay', now)
    await releasePayouts(tx, [payoutId], { state: 'returned', reason }, now)
    const before = { reference: payout.reference }
    await writeAudit(tx, { actor, action: 'payout.return', subjectId: payoutId, before, reason, at: now })
  })
}
