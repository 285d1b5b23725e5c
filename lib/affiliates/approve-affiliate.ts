import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, affiliateStatusChanges, codes, database, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { insertCode } from '@/lib/codes/insert-code'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { termsAt } from '@/lib/programme/terms'
import { takenPart } from './insert-affiliate'

/**
 * Takes an applicant in, also one who was turned down: from now on they have a code, with the discount of the day.
 * @throws TributaryError not_found, conflict if they have been taken in already
 */
export async function approveAffiliate(
  actor: Actor,
  affiliateId: string,
  options: { db?: Database; now?: Date } = {},
): Promise<{ code: string }> {
  requireRole(actor, 'admin')
  const approval = (options.db ?? database()).transaction(async (tx) => {
    await lockForDecision(tx)
    const now = options.now ?? (await programmeNow(tx))
    const [applicant] = await tx.select().from(affiliates).where(eq(affiliates.id, affiliateId)).for('update')
    if (!applicant) throw new TributaryError('not_found', 'There is no such affiliate.')
    if (!(await isApplicant(tx, applicant))) {
      throw new TributaryError('conflict', `${applicant.displayName} is ${applicant.status} already.`)
    }
    const versions = await loadTermsOf(tx, [affiliateId])
    const { discount } = termsAt(versions, affiliateId, Math.floor(now.getTime() / 1000))
    await tx
      .update(affiliates)
      .set({ status: 'active', closedAt: null })
      .where(eq(affiliates.id, affiliateId))
    if (applicant.status === 'closed') {
      const change = { affiliateId, at: now, status: 'active', reason: 'taken in after all' } as const
      await tx.insert(affiliateStatusChanges).values({ ...change, decidedBy: actorName(actor).id })
    }
    const { handle } = applicant
    const code = await insertCode(tx, { affiliateId, handle, discount, maxRedemptions: null, createdAt: now })
    await writeAudit(tx, {
      actor,
      action: 'affiliate.approve',
      subjectId: affiliateId,
      before: { status: applicant.status },
      after: { status: 'active', code },
      at: now,
    })
    return { code }
  })
  return approval.catch((error: unknown) => {
    if (takenPart(error) === null) throw error
    throw new TributaryError('conflict', 'Another affiliate has the code that would be theirs.', 'handle')
  })
}

/** Who has never been in: an applicant, or one who was turned down. Whoever was in has a code, for good. */
async function isApplicant(
  tx: Transaction,
  { id, status, forgottenAt }: typeof affiliates.$inferSelect,
): Promise<boolean> {
  if (forgottenAt !== null) return false
  if (status === 'applied') return true
  return status === 'closed' && (await tx.$count(codes, eq(codes.affiliateId, id))) === 0
}
