import 'server-only'
import { eq, or, sql } from 'drizzle-orm'
import { affiliates, codes, database, evidence, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import type { FoundCode } from '@/lib/codes/find-at-stripe'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { violatedConstraint } from '@/lib/unique-violation'
import { settleShown } from './settle-shown'

/**
 * Makes a promotion code that Stripe has already an affiliate's, as if it had always been: whoever showed it counts from the moment when
 * they did, and is settled anew in the background. Its metadata at Stripe name the affiliate afterwards; its coupon, which may be
 * that of others too, stays as it is.
 * @param found as Stripe showed it just now (`getAtStripe`)
 * @throws TributaryError not_found, unprocessable, conflict (it is somebody's, or its text is another code's), with the field
 */
export async function assignCode(
  actor: Actor,
  found: FoundCode,
  to: { affiliateId: string; reason: string },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { affiliateId, reason } = to
  try {
    await db.transaction(async (tx) => {
      await lockForDecision(tx)
      await requireAffiliateOfPast(tx, affiliateId)
      const at = await programmeNow(tx)
      await tx.insert(codes).values(rowOf(found, affiliateId, at))
      const shown = or(
        eq(evidence.promotionCodeId, found.promotionCodeId),
        eq(sql`upper(${evidence.codeText})`, found.code.toUpperCase()),
      )
      await settleShown(tx, shown, found.promotionCodeId)
      const after = { affiliateId, promotionCodeId: found.promotionCodeId, couponId: found.couponId }
      await writeAudit(tx, { actor, action: 'code.assign', subjectId: found.code, after, reason, at })
    })
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (!constraint?.startsWith('codes_')) throw error
    const message =
      constraint === 'codes_promotion_code_once'
        ? `${found.code} is an affiliate’s code already.`
        : `Another code in the books has the text ${found.code}.`
    throw new TributaryError('conflict', message)
  }
}

function rowOf(found: FoundCode, affiliateId: string, createdAt: Date): typeof codes.$inferInsert {
  const { promotionCodeId, couponId, gives, active, expiresAt, maxRedemptions, redemptions } = found
  if (gives === null)
    throw new TributaryError('unprocessable', 'Its coupon was deleted, or gives what is not known here.')
  const isUsedUp = maxRedemptions !== null && redemptions >= maxRedemptions
  const isOver = isUsedUp || (expiresAt !== null && expiresAt <= createdAt)
  return {
    code: found.code,
    affiliateId,
    stripeCouponId: couponId,
    stripePromotionCodeId: promotionCodeId,
    status: active ? 'active' : isOver ? 'exhausted' : 'paused',
    wanted: active || isOver,
    origin: 'assigned',
    textChosen: true,
    ...gives,
    maxRedemptions,
    redemptions,
    expiresAt,
    firstTimeOnly: found.firstTimeOnly,
    minimumAmountMinor: found.minimumAmountMinor,
    minimumAmountCurrency: found.minimumAmountCurrency,
    onlyCustomerId: found.onlyCustomerId,
    createdAt,
    // Its metadata are to name the affiliate, so that another installation could tell.
    provisionAt: wallNow(),
  }
}

/** Also one who is closed: what they earned before is theirs. */
async function requireAffiliateOfPast(tx: Transaction, affiliateId: string): Promise<void> {
  const [affiliate] = await tx
    .select({ status: affiliates.status, name: affiliates.displayName })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliateId')
  if (affiliate.status === 'applied')
    throw new TributaryError('conflict', `${affiliate.name} is not taken in yet.`, 'affiliateId')
}
