import 'server-only'
import { and, eq, gt } from 'drizzle-orm'
import { affiliatePreferences, affiliates, database, emailChanges, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { defaultLocale, findLocale, type Locale } from '@/lib/locales'

export interface Settings {
  displayName: string
  email: string
  locale: Locale
  /** Kinds of mail that are not wanted. */
  mailsOff: string[]
  /** Asked for and not confirmed by both mailboxes yet; null: none. */
  emailChange: { newEmail: string; oldConfirmed: boolean; newConfirmed: boolean; expiresAt: Date } | null
}

/** @throws TributaryError not_found for strangers */
export async function getSettings(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<Settings> {
  requireAffiliate(actor, affiliateId)
  const [row] = await db
    .select({
      displayName: affiliates.displayName,
      email: affiliates.email,
      locale: affiliatePreferences.locale,
      mailsOff: affiliatePreferences.mailsOff,
    })
    .from(affiliates)
    .leftJoin(affiliatePreferences, eq(affiliatePreferences.affiliateId, affiliates.id))
    .where(eq(affiliates.id, affiliateId))
  if (!row) throw new TributaryError('not_found', 'There is no such affiliate.')
  const [change] = await db
    .select()
    .from(emailChanges)
    .where(and(eq(emailChanges.affiliateId, affiliateId), gt(emailChanges.expiresAt, wallNow())))
  return {
    ...row,
    locale: localeOf(row.locale),
    mailsOff: row.mailsOff ?? [],
    emailChange: change
      ? {
          newEmail: change.newEmail,
          oldConfirmed: change.oldConfirmedAt !== null,
          newConfirmed: change.newConfirmedAt !== null,
          expiresAt: change.expiresAt,
        }
      : null,
  }
}

/** What an affiliate chose, or English and all mails. */
export async function findPreferences(
  db: Querying,
  affiliateId: string,
): Promise<Pick<Settings, 'locale' | 'mailsOff'>> {
  const [row] = await db
    .select()
    .from(affiliatePreferences)
    .where(eq(affiliatePreferences.affiliateId, affiliateId))
  return { locale: localeOf(row?.locale), mailsOff: row?.mailsOff ?? [] }
}

/** How an affiliate's numbers and days are written. */
export async function getLocale(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<Locale> {
  requireAffiliate(actor, affiliateId)
  return (await findPreferences(db, affiliateId)).locale
}

/** Out of the table; English for those who never chose. */
export function localeOf(stored: string | null | undefined): Locale {
  return findLocale(stored ?? '') ?? defaultLocale
}
