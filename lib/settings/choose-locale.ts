import 'server-only'
import { affiliatePreferences, database, type Database } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { findLocale } from '@/lib/locales'

/** How an affiliate's numbers and days are written. Only they themselves choose. @throws TributaryError not_found, forbidden, invalid */
export async function chooseLocale(
  actor: Actor,
  input: { affiliateId: string; locale: string },
  db: Database = database(),
): Promise<void> {
  requireAffiliate(actor, input.affiliateId)
  const { affiliateId } = input
  if (!(actor.kind === 'person' && actor.affiliateId === affiliateId))
    throw new TributaryError('forbidden', 'How somebody’s numbers are written is theirs to choose.')
  const locale = findLocale(input.locale)
  if (!locale) throw new TributaryError('invalid', 'Choose one of the list.', 'locale')
  await db.transaction(async (tx) => {
    const changedAt = await programmeNow(tx)
    await tx
      .insert(affiliatePreferences)
      .values({ affiliateId, locale, mailsOff: [], changedAt })
      .onConflictDoUpdate({ target: affiliatePreferences.affiliateId, set: { locale, changedAt } })
    const deed = { actor, action: 'affiliate.choose_locale', subjectId: affiliateId, after: { locale } }
    await writeAudit(tx, { ...deed, at: changedAt })
  })
}
