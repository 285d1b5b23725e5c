import 'server-only'
import { and, eq } from 'drizzle-orm'
import { affiliates, codeDecisions, codes, database, evidence } from '@/db'
import type { Database, Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { settleShown } from './settle-shown'

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
 * @param name what it is called, where that is known
 * @throws TributaryError not_found (no such affiliate), conflict (the code is an affiliate's own), each with its field
 */
export async function decideUnmatched(
  actor: Actor,
  about: UnmatchedCode,
  decision: CodeDecision,
  db: Database = database(),
  name?: string,
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
      name: name ?? null,
      decision: kind,
      affiliateId,
      reason,
      decidedBy: actorName(actor).id,
      decidedAt,
    })
    const shown =
      'couponId' in about
        ? eq(evidence.couponId, about.couponId)
        : eq(evidence.promotionCodeId, about.promotionCodeId)
    await settleShown(tx, shown, subject)
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
      ? and(eq(codes.stripeCouponId, about.couponId), eq(codes.origin, 'made'))
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
