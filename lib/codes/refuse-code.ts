import 'server-only'
import { and, eq, isNull } from 'drizzle-orm'
import { codes, type Database } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'

export const takenAtStripe = (code: string): string =>
  `Somebody else’s active promotion code at Stripe has the text ${code}.`

/**
 * Takes a code that Stripe will never make out of the books again: nobody was ever given it. What was asked for stays in the audit
 * log, with why.
 */
export async function refuseCode(
  db: Database,
  { code, affiliateId }: { code: string; affiliateId: string },
  reason: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [gone] = await tx
      .delete(codes)
      .where(
        and(
          eq(codes.code, code),
          eq(codes.status, 'provisioning'),
          eq(codes.textChosen, true),
          isNull(codes.stripePromotionCodeId),
        ),
      )
      .returning()
    if (!gone) return
    const at = await programmeNow(tx)
    const actor = { kind: 'system', job: 'codes' } as const
    await writeAudit(tx, {
      actor,
      action: 'code.refused',
      subjectId: code,
      before: { affiliateId },
      reason,
      at,
    })
  })
}
