import 'server-only'
import { and, eq, inArray, or } from 'drizzle-orm'
import { affiliates, codeDecisions, codes, customers, database, evidence, inboxWork } from '@/db'
import type { Database, Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { houseSentence, nameOf, unmatchedSentence } from './rules'

export type UnmatchedCode = { promotionCodeId: string } | { couponId: string }

/** `open` takes the decision before it back. */
export type CodeDecision =
  | { kind: 'house'; reason: string }
  | { kind: 'affiliate'; affiliateId: string; reason: string }
  | { kind: 'open'; reason: string }

/**
 * What an administrator makes of a code at Stripe that is none of ours: the house's own, which earns nobody anything and is asked
 * about no more, or an affiliate's, as if it had always been. Everybody who showed it is settled anew in the background, and the
 * events that it left unmatched tell their outcome again.
 * @throws TributaryError not_found (no such affiliate), conflict (the code is an affiliate's own), each with its field
 */
export async function decideUnmatched(
  actor: Actor,
  about: UnmatchedCode,
  decision: CodeDecision,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const subject = 'couponId' in about ? about.couponId : about.promotionCodeId
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    await requireOpenToDecision(tx, about)
    const affiliateId = decision.kind === 'affiliate' ? decision.affiliateId : null
    if (affiliateId !== null) await requireKnown(tx, affiliateId)
    const decidedAt = await programmeNow(tx)
    const { kind, reason } = decision
    await tx.insert(codeDecisions).values({
      ...about,
      decision: kind,
      affiliateId,
      reason,
      decidedBy: actorName(actor).id,
      decidedAt,
    })
    await settleAgain(tx, about, subject)
    await writeAudit(tx, {
      actor,
      action: `code.decide_${kind}`,
      subjectId: subject,
      after: { ...about, affiliateId },
      reason,
      at: decidedAt,
    })
  })
}

async function requireOpenToDecision(tx: Transaction, about: UnmatchedCode): Promise<void> {
  const ours =
    'couponId' in about
      ? eq(codes.stripeCouponId, about.couponId)
      : eq(codes.stripePromotionCodeId, about.promotionCodeId)
  const [own] = await tx.select({ code: codes.code }).from(codes).where(ours)
  const field = 'couponId' in about ? 'couponId' : 'promotionCodeId'
  if (own) throw new TributaryError('conflict', `This is ${own.code}, an affiliate's own.`, field)
}

async function requireKnown(tx: Transaction, affiliateId: string): Promise<void> {
  const [known] = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  if (!known) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliateId')
}

async function settleAgain(tx: Transaction, about: UnmatchedCode, subject: string): Promise<void> {
  const shown =
    'couponId' in about
      ? eq(evidence.couponId, about.couponId)
      : eq(evidence.promotionCodeId, about.promotionCodeId)
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
  const now = wallNow()
  await tx
    .update(inboxWork)
    .set({ state: 'queued', attempts: 0, nextAttemptAt: now, outcome: null, doneAt: null })
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
