import 'server-only'
import { database, type Database } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { assemblePayment } from './assemble'
import { loadLinks, loadSights } from './fact-store'
import { manualReversalFact } from './facts/manual-reversal'
import { settleFacts } from './settle-facts'

/**
 * An administrator's word that a payment outside Stripe was given back, wholly or in part. It counts from the moment it is given.
 * @param input.amountMinor in the payment's currency; absent: all that is left of it
 * @returns the reversal's id
 * @throws TributaryError not_found, conflict where the money came through Stripe or all was given back, unprocessable for more than
 * is left
 */
export async function reverseOffStripePayment(
  actor: Actor,
  input: { paymentId: string; amountMinor?: bigint; reason: string },
  options: { db?: Database; now?: Date } = {},
): Promise<string> {
  requireRole(actor, 'admin')
  const { paymentId, reason } = input
  return (options.db ?? database()).transaction(async (tx) => {
    await lockForDecision(tx)
    const now = options.now ?? (await programmeNow(tx))
    const invoiceIds = (await loadLinks(tx, { paymentIds: [paymentId] })).map((link) => link.invoiceId)
    const sights = await loadSights(tx, { paymentIds: [paymentId], invoiceIds, customerIds: [] })
    const payment = assemblePayment(paymentId, sights)
    if (!payment) throw new TributaryError('not_found', 'There is no such payment.')
    if (!payment.offStripe)
      throw new TributaryError('conflict', 'This payment came through Stripe: refund it there.')
    const left = payment.reversals.reduce((sum, each) => sum - each.amountMinor, payment.amountMinor)
    const amountMinor = input.amountMinor ?? left
    if (left <= 0n) throw new TributaryError('conflict', 'All of this payment was given back already.')
    if (amountMinor <= 0n || amountMinor > left)
      throw new TributaryError('unprocessable', `Between 1 and ${left} can be given back.`, 'amountMinor')
    const id = newId('dec')
    const at = Math.floor(now.getTime() / 1000)
    // Within 2^53: no more than an amount of Stripe's, which `left` was made of.
    const word = { id, payment: paymentId, amount: Number(amountMinor), at, by: actorName(actor).id, reason }
    const facts = manualReversalFact.observe(word, { observedAt: now, eventId: null })
    await settleFacts(tx, facts, { recordedAt: now, wallNow: wallNow() })
    const action = 'payment.reverse_off_stripe'
    const after = { reversalId: id, amountMinor, currency: payment.currency }
    await writeAudit(tx, { actor, action, subjectId: paymentId, after, reason, at: now })
    return id
  })
}
