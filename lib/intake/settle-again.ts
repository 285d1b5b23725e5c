import 'server-only'
import { asc, eq } from 'drizzle-orm'
import { commissions, database, payments, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { settleFacts } from './settle-facts'

/**
 * Works out anew what a payment's lines should be, from the facts as they are, and writes the difference. Where nothing was amiss that
 * writes no line.
 * @returns whether the answer is another one now
 * @throws TributaryError forbidden, not_found
 */
export async function settleAgain(
  actor: Actor,
  { paymentId }: { paymentId: string },
  db: Database = database(),
): Promise<'same' | 'changed'> {
  requireRole(actor, 'admin')
  return db.transaction(async (tx) => {
    const [known] = await tx.select({ id: payments.id }).from(payments).where(eq(payments.id, paymentId))
    if (!known) throw new TributaryError('not_found', 'There is no such payment.')
    const before = await answersOf(tx, paymentId)
    const recordedAt = await programmeNow(tx)
    await settleFacts(tx, [], { recordedAt, wallNow: wallNow() }, { paymentIds: [paymentId] })
    const after = await answersOf(tx, paymentId)
    const answer = JSON.stringify(before) === JSON.stringify(after) ? 'same' : 'changed'
    await writeAudit(tx, {
      actor,
      action: 'payment.settle_again',
      subjectId: paymentId,
      ...(answer === 'changed' && { before: { commissions: before } }),
      after: answer === 'changed' ? { commissions: after } : { answer },
      at: recordedAt,
    })
    return answer
  })
}

async function answersOf(tx: Transaction, paymentId: string) {
  const { basisId, status, affiliateId, currency, commissionMinor, reversedMinor } = commissions
  const rows = await tx
    .select({ basisId, status, affiliateId, currency, commissionMinor, reversedMinor })
    .from(commissions)
    .where(eq(commissions.paymentId, paymentId))
    .orderBy(asc(basisId))
  return rows.map((row) => ({
    ...row,
    commissionMinor: String(row.commissionMinor),
    reversedMinor: String(row.reversedMinor),
  }))
}
