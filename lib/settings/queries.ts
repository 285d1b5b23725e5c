import 'server-only'
import { and, eq, gt, inArray } from 'drizzle-orm'
import { affiliatePreferences, affiliates, database, emailChanges, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import type { MailKind } from './schemas'

export interface Settings {
  displayName: string
  email: string
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

/** Which of these affiliates do not want a kind of mail. */
export async function whoDeclines(
  db: Querying,
  affiliateIds: readonly string[],
  kind: MailKind,
): Promise<Set<string>> {
  if (affiliateIds.length === 0) return new Set()
  const rows = await db
    .select()
    .from(affiliatePreferences)
    .where(inArray(affiliatePreferences.affiliateId, [...affiliateIds]))
  return new Set(rows.filter((row) => row.mailsOff.includes(kind)).map((row) => row.affiliateId))
}
