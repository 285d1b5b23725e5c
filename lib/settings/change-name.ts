import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, database, type Database } from '@/db'
import { requireOwner, type Actor } from '@/lib/actor'
import { displayNameSchema } from '@/lib/affiliates/schemas'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/** How an affiliate is called. @throws TributaryError not_found, invalid */
export async function changeName(
  actor: Actor,
  input: { affiliateId: string; displayName: string },
  db: Database = database(),
): Promise<void> {
  requireOwner(actor, input.affiliateId)
  const parsed = displayNameSchema.safeParse(input.displayName)
  if (!parsed.success)
    throw new TributaryError(
      'invalid',
      parsed.error.issues[0]?.message ?? 'Say what you are called.',
      'displayName',
    )
  const displayName = parsed.data
  await db.transaction(async (tx) => {
    const [before] = await tx
      .select({ displayName: affiliates.displayName })
      .from(affiliates)
      .where(eq(affiliates.id, input.affiliateId))
      .for('no key update')
    if (!before) throw new TributaryError('not_found', 'There is no such affiliate.')
    if (before.displayName === displayName) return
    await tx.update(affiliates).set({ displayName }).where(eq(affiliates.id, input.affiliateId))
    const at = await programmeNow(tx)
    const after = { displayName }
    await writeAudit(tx, {
      actor,
      action: 'affiliate.rename',
      subjectId: input.affiliateId,
      before,
      after,
      at,
    })
  })
}
