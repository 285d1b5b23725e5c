import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliates, database, emailChanges, type Database } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { randomToken, sha256 } from '@/lib/auth/digest'
import { normaliseEmail } from '@/lib/auth/email-address'
import { standingOf } from '@/lib/auth/people'
import { programmeNow, wallNow } from '@/lib/clock'
import { publicUrl } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { emailChangeCause } from '@/lib/mail/causes'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { letter, type MailContent, type Sender } from '@/lib/mail/letter'
import { findSender } from '@/lib/mail/sender'

const hours = 24
/** So many an hour, however often it is asked. */
const pauseMinutes = 5

/**
 * Writes to the address an affiliate has and to the one they want; the change is made when both have said yes. Asked anew, it begins
 * anew. Whether the new address is known here is not told: its mailbox then gets no letter.
 * @throws TributaryError not_found, forbidden for anybody else, invalid, rate_limited
 */
export async function askEmailChange(
  actor: Actor,
  input: { affiliateId: string; email: string },
  db: Database = database(),
): Promise<void> {
  requireAffiliate(actor, input.affiliateId)
  const { affiliateId } = input
  if (!(actor.kind === 'person' && actor.affiliateId === affiliateId))
    throw new TributaryError('forbidden', 'An address is changed by whom it belongs to.')
  const newEmail = normaliseEmail(input.email)
  if (newEmail === null) throw new TributaryError('invalid', 'This is not an e-mail address.', 'email')
  const tokens = { old: randomToken(), new: randomToken() }
  await db.transaction(async (tx) => {
    const [affiliate] = await tx
      .select({ email: affiliates.email })
      .from(affiliates)
      .where(eq(affiliates.id, affiliateId))
      .for('no key update')
    if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
    if (affiliate.email.toLowerCase() === newEmail)
      throw new TributaryError('invalid', 'This is the address that you have.', 'email')
    const now = wallNow()
    const [running] = await tx.select().from(emailChanges).where(eq(emailChanges.affiliateId, affiliateId))
    if (running && now.getTime() - running.askedAt.getTime() < pauseMinutes * 60_000)
      throw new TributaryError('rate_limited', 'Two letters were sent a moment ago: wait five minutes.')
    const change = {
      newEmail,
      oldToken: sha256(tokens.old),
      newToken: sha256(tokens.new),
      oldConfirmedAt: null,
      newConfirmedAt: null,
      askedAt: now,
      expiresAt: new Date(now.getTime() + hours * 3_600_000),
    }
    await tx
      .insert(emailChanges)
      .values({ affiliateId, ...change })
      .onConflictDoUpdate({ target: emailChanges.affiliateId, set: change })
    const from = await findSender(tx)
    const mail = { affiliateId, now: await programmeNow(tx) }
    const old = { ...oldLetter(from, tokens.old), recipient: affiliate.email }
    await enqueueMail(tx, { ...mail, ...old, cause: emailChangeCause(change.oldToken) })
    const { administrator, affiliateId: holder } = await standingOf(tx, newEmail)
    if (administrator === null && holder === null) {
      const next = { ...newLetter(from, tokens.new), recipient: newEmail }
      await enqueueMail(tx, { ...mail, ...next, cause: emailChangeCause(change.newToken) })
    }
    const deed = { actor, action: 'affiliate.ask_email_change', subjectId: affiliateId }
    await writeAudit(tx, { ...deed, after: { newEmail }, at: mail.now })
  })
}

const linkWith = (token: string) => `${publicUrl()}/confirm-address?${new URLSearchParams({ token })}`

function oldLetter(from: Sender, token: string): MailContent {
  return letter(from, `Shall your address at ${from.name} change?`, [
    { kind: 'paragraph', text: 'Somebody who is signed in as you wants to sign in with another address.' },
    { kind: 'button', label: 'Look at it', url: linkWith(token) },
    {
      kind: 'small',
      text: 'The other address has to say yes too. It was not you? Do nothing, and end your other sessions in the settings.',
    },
  ])
}

function newLetter(from: Sender, token: string): MailContent {
  return letter(from, `Is this your address for ${from.name}?`, [
    { kind: 'paragraph', text: 'This address is to become the one with which you sign in.' },
    { kind: 'button', label: 'Look at it', url: linkWith(token) },
    { kind: 'small', text: 'The address until now has to say yes too. You know nothing of it? Do nothing.' },
  ])
}
