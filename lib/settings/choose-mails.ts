import 'server-only'
import { affiliatePreferences, database, type Database } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { mailKinds } from './schemas'

/** Which mails an affiliate gets: those named, and no others of those that can be turned off. Only they themselves choose. */
export async function chooseMails(
  actor: Actor,
  input: { affiliateId: string; wanted: readonly string[] },
  db: Database = database(),
): Promise<void> {
  requireAffiliate(actor, input.affiliateId)
  const { affiliateId, wanted } = input
  if (!(actor.kind === 'person' && actor.affiliateId === affiliateId))
    throw new TributaryError('forbidden', 'Which mails somebody gets is theirs to choose.')
  const mailsOff = mailKinds.filter((kind) => !wanted.includes(kind))
  await db.transaction(async (tx) => {
    const changedAt = await programmeNow(tx)
    await tx
      .insert(affiliatePreferences)
      .values({ affiliateId, locale: 'en', mailsOff, changedAt })
      .onConflictDoUpdate({ target: affiliatePreferences.affiliateId, set: { mailsOff, changedAt } })
    const deed = { actor, action: 'affiliate.choose_mails', subjectId: affiliateId, after: { mailsOff } }
    await writeAudit(tx, { ...deed, at: changedAt })
  })
}
