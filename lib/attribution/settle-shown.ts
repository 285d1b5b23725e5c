import 'server-only'
import { and, eq, inArray, or, sql, type SQL } from 'drizzle-orm'
import { customers, evidence, inboxWork, type Transaction } from '@/db'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { houseSentence, nameOf, unmatchedSentence } from './rules'

/**
 * After a decision whose a code is, in its transaction: has everybody settled anew who showed it, and the events that it left unmatched
 * tell their outcome again.
 * @param shown which pieces of evidence the decision is about
 * @param subject what was decided on, for the record
 */
export async function settleShown(tx: Transaction, shown: SQL | undefined, subject: string): Promise<void> {
  const pieces = await tx
    .selectDistinct({
      subjectId: evidence.subjectId,
      customerId: customers.id,
      codeText: evidence.codeText,
      promotionCodeId: evidence.promotionCodeId,
      couponId: evidence.couponId,
    })
    .from(evidence)
    .leftJoin(customers, eq(customers.id, evidence.subjectId))
    .where(shown)
  const kinds = new Map(
    pieces.map((piece) => [piece.subjectId, piece.customerId === null ? 'payment' : 'customer'] as const),
  )
  await enqueueSettlement(
    tx,
    [...kinds].map(([subjectId, kind]) => ({ subjectId, kind, reason: `decided on ${subject}` })),
  )
  const names = [...new Set(pieces.map((piece) => nameOf(piece)))]
  if (names.length === 0) return
  await tx
    .update(inboxWork)
    .set({ state: 'queued', attempts: 0, nextAttemptAt: sql`clock_timestamp()`, outcome: null, doneAt: null })
    .where(
      and(
        eq(inboxWork.state, 'done'),
        or(
          inArray(inboxWork.sentence, names.map(unmatchedSentence)),
          inArray(inboxWork.sentence, names.map(houseSentence)),
        ),
      ),
    )
}
