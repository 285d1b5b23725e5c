import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { insertCode } from '@/lib/codes/insert-code'
import { loadTerms } from '@/lib/programme/load-terms'
import { termsAt } from '@/lib/programme/terms'
import { takenPart } from './insert-affiliate'

/**
 * Takes an applicant in: from now on they have a code, with the discount of the day.
 * @throws TributaryError not_found, conflict if they have been taken in already
 */
export async function approveAffiliate(
  actor: Actor,
  affiliateId: string,
  options: { db?: Database; now?: Date } = {},
): Promise<{ code: string }> {
  requireRole(actor, 'admin')
  const approval = (options.db ?? database()).transaction(async (tx) => {
    const now = options.now ?? (await programmeNow(tx))
    const [applicant] = await tx.select().from(affiliates).where(eq(affiliates.id, affiliateId)).for('update')
    if (!applicant) throw new TributaryError('not_found', 'There is no such affiliate.')
    if (applicant.status !== 'applied') {
      throw new TributaryError('conflict', `${applicant.displayName} is ${applicant.status} already.`)
    }
    const versions = await loadTerms(tx, [affiliateId])
    const { discount } = termsAt(versions, affiliateId, Math.floor(now.getTime() / 1000))
    await tx.update(affiliates).set({ status: 'active' }).where(eq(affiliates.id, affiliateId))
    const { handle } = applicant
    const code = await insertCode(tx, { affiliateId, handle, discount, maxRedemptions: null, createdAt: now })
    await writeAudit(tx, {
      actor,
      action: 'affiliate.approve',
      subjectId: affiliateId,
      before: { status: 'applied' },
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
