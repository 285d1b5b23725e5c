import 'server-only'
import { TransactionRollbackError } from 'drizzle-orm'
import { database, type Database, type Transaction } from '@/db'
import { hasSignedUp } from '@/lib/affiliates/confirm-sign-up'
import { wallNow } from '@/lib/clock'
import { signInCause } from '@/lib/mail/causes'
import { enqueueMail, type NewMail } from '@/lib/mail/enqueue-mail'
import { findSender } from '@/lib/mail/sender'
import { signInMail } from '@/lib/mail/sign-in-mail'
import { sha256 } from './digest'
import { normaliseEmail } from './email-address'
import { homeOf, isKnown, standingOf } from './people'
import { createSignInLink, signInLinkHours } from './sign-in-link'

/** So many links an hour are mailed to one address, whoever asks for them. */
export const linksAnHour = 5

/** Which form asked: the letter to somebody known who joins again says so. */
export type Occasion = 'sign_in' | 'join'

/**
 * Mails a sign-in link to an address that may sign in or has signed up; nothing happens for any other. Whoever asks must not learn which, from
 * the answer or from how long it takes: call it after the answer has gone out.
 * @param next a path of this site to go on to; null: the person's own start page
 */
export async function sendSignInLink(
  text: string,
  next: string | null,
  db: Database = database(),
  occasion: Occasion = 'sign_in',
): Promise<'sent' | 'unknown' | 'enough'> {
  const email = normaliseEmail(text)
  if (email === null) return 'unknown'
  try {
    return await db.transaction(async (tx) => {
      const standing = await standingOf(tx, email)
      const isNew = !isKnown(standing)
      if (isNew && !(await hasSignedUp(tx, email))) return 'unknown'
      const link = await createSignInLink(email, next ?? (isNew ? '/portal' : homeOf(standing)), tx)
      const reason = isNew ? 'join' : occasion === 'join' ? 'joined_already' : 'sign_in'
      const content = signInMail({ from: await findSender(tx), link, hours: signInLinkHours, reason })
      const affiliateId = standing.affiliateId ?? undefined
      const mail = { ...content, recipient: email, affiliateId, now: wallNow() }
      // A link that is not mailed shall not be good for anything either.
      if (!(await enqueueInFreeSlot(tx, mail))) tx.rollback()
      return 'sent'
    })
  } catch (error) {
    if (error instanceof TransactionRollbackError) return 'enough'
    throw error
  }
}

/** A mail's cause is unique: with a cause for each slot of the hour, requests at once cannot slip past the limit together. */
async function enqueueInFreeSlot(tx: Transaction, mail: Omit<NewMail, 'cause'>): Promise<boolean> {
  const hour = Math.floor(mail.now.getTime() / 3_600_000)
  for (let slot = 0; slot < linksAnHour; slot++) {
    if (await enqueueMail(tx, { ...mail, cause: signInCause(sha256(mail.recipient), hour, slot) }))
      return true
  }
  return false
}
