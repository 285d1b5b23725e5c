import 'server-only'
import { and, desc, eq, type SQL } from 'drizzle-orm'
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
export type CodeDecision = {
  reason: string
  /** The last decision on the code that was seen, 0 if there was none: a later one is not overruled unseen. */
  seen?: number | undefined
} & ({ kind: 'house' | 'open' } | { kind: 'affiliate'; affiliateId: string })

export function aboutCode(about: UnmatchedCode): SQL {
  return 'couponId' in about
    ? eq(codeDecisions.couponId, about.couponId)
    : eq(codeDecisions.promotionCodeId, about.promotionCodeId)
}

/**
 * What an administrator makes of a code at Stripe that is none of ours: the house's own, which earns nobody anything and is asked
 * about no more, or an affiliate's, as if it had always been. Everybody who showed it is settled anew in the background, and the
 * events that it left unmatched tell their outcome again.
 * @param name what it is called, where that is known
 * @throws TributaryError not_found (no such affiliate), conflict (the code is an affiliate's own), each with its field;
 * conflict where somebody else has decided since it was seen
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
    if (decision.seen !== undefined) await requireUnchanged(tx, about, decision.seen)
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

async function requireUnchanged(tx: Transaction, about: UnmatchedCode, seen: number): Promise<void> {
  const { id } = codeDecisions
  const [last] = await tx
    .select({ id })
    .from(codeDecisions)
    .where(aboutCode(about))
    .orderBy(desc(id))
    .limit(1)
  if ((last?.id ?? 0) !== seen)
    throw new TributaryError(
      'conflict',
      'Somebody else has decided about this code meanwhile. Look at it again.',
    )
}

async function requireKnown(tx: Transaction, affiliateId: string): Promise<void> {
  const [known] = await tx
    .select({ id: affiliates.id })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  if (!known) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliateId')
}
