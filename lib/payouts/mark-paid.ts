import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { database, payouts, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { findBlock } from './find-block'
import { movePayouts } from './move-payouts'
import { enqueuePayoutMail } from './payout-mail'

interface Options {
  db?: Database
  now?: Date
}

/**
 * Writes down that an approved payout was paid by hand, with the provider's reference. The same word again changes nothing.
 * @throws TributaryError not_found, invalid without a reference, conflict where it is not to be paid by hand, or not any more
 */
export async function markPaid(
  actor: Actor,
  input: { payoutId: string; reference: string },
  options: Options = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { payoutId } = input
  const reference = input.reference.trim()
  if (reference === '' || reference.length > 200)
    throw new TributaryError('invalid', 'The provider’s reference is wanted.', 'reference')
  await (options.db ?? database()).transaction(async (tx) => {
    // A verdict that is being settled is waited for: what was held before this is not marked as paid by mistake.
    await lockForDecision(tx)
    const payout = await lockByHand(tx, payoutId)
    if (payout.state === 'paid' && payout.reference === reference) return
    if (payout.state !== 'approved') throw new TributaryError('conflict', `This payout is ${payout.state}.`)
    const now = options.now ?? (await programmeNow(tx))
    const block = await findBlock(tx, payoutId)
    await tx.execute(sql`
      update payouts set state = 'paid', reference = ${reference}, paid_at = ${now.toISOString()}::timestamptz where id = ${payoutId}`)
    await movePayouts(tx, sql`p.id = ${payoutId}`, 'pay', now)
    await enqueuePayoutMail(tx, payoutId, now)
    // The money is out there: it is written down as it is, with what stood in its way.
    const after = { reference, amountMinor: payout.amountMinor, despite: block?.reason ?? null }
    await writeAudit(tx, { actor, action: 'payout.mark_paid', subjectId: payoutId, after, at: now })
  })
}

/**
 * Takes back that a payout was paid: it never was, or not yet. It is approved again, to be paid.
 * @throws TributaryError not_found, invalid without a reason, conflict where it is not marked as paid
 */
export async function unmarkPaid(
  actor: Actor,
  input: { payoutId: string; reason: string },
  options: Options = {},
): Promise<void> {
  requireRole(actor, 'finance', 'admin')
  const { payoutId } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'A reason is wanted.', 'reason')
  await (options.db ?? database()).transaction(async (tx) => {
    const payout = await lockByHand(tx, payoutId)
    if (payout.state === 'approved') return
    if (payout.state !== 'paid') throw new TributaryError('conflict', `This payout is ${payout.state}.`)
    const now = options.now ?? (await programmeNow(tx))
    await movePayouts(tx, sql`p.id = ${payoutId}`, 'unpay', now)
    await tx.execute(
      sql`update payouts set state = 'approved', reference = null, paid_at = null where id = ${payoutId}`,
    )
    const before = { reference: payout.reference, paidAt: payout.paidAt }
    await writeAudit(tx, {
      actor,
      action: 'payout.unmark_paid',
      subjectId: payoutId,
      before,
      reason,
      at: now,
    })
  })
}

async function lockByHand(tx: Transaction, payoutId: string): Promise<typeof payouts.$inferSelect> {
  const [payout] = await tx.select().from(payouts).where(eq(payouts.id, payoutId)).for('update')
  if (!payout) throw new TributaryError('not_found', 'There is no such payout.')
  if (payout.method === 'stripe')
    throw new TributaryError('conflict', 'This payout goes by Stripe, which says itself what became of it.')
  return payout
}
