import 'server-only'
import { createHash } from 'node:crypto'
import { and, asc, eq, gt, isNull, lt, lte, sql, type SQL } from 'drizzle-orm'
import { mails, type Database } from '@/db'
import { isSecretCause } from './causes'
import { MailRefused, type MailTransport } from './transport'

const batch = 10
/** Longer than the transport's time-outs together, so that no second worker takes a mail that is on its way. */
const leaseSeconds = 120
/** With the back-off below, some six hours of trying. */
export const mostAttempts = 12
/** What could not go for three days is no news any more: a mail server that is set up late must not send months of mail. */
const staleDays = 3

/**
 * Sends what is due, a batch at a time; several workers may do so at once, each mail is taken by one. Does nothing without a
 * transport: mail then stays in the outbox.
 * @param now the wall's time
 */
export async function sendDueMails(
  db: Database,
  transport: MailTransport | null,
  now: Date,
): Promise<{ sent: number; failed: number }> {
  if (!transport) return { sent: 0, failed: 0 }
  const taken = await lease(db, now)
  const results = await Promise.all(taken.map((mail) => sendOne(db, transport, mail, now)))
  const sent = results.filter(Boolean).length
  return { sent, failed: results.length - sent }
}

type Mail = typeof mails.$inferSelect

/** What would go now. */
export function isDue(now: Date): SQL | undefined {
  return and(
    isNull(mails.sentAt),
    lte(mails.nextAttemptAt, now),
    gt(mails.nextAttemptAt, later(now, -staleDays * 86_400)),
    lt(mails.attempts, mostAttempts),
  )
}

function lease(db: Database, now: Date): Promise<Mail[]> {
  const due = db
    .select({ id: mails.id })
    .from(mails)
    .where(isDue(now))
    .orderBy(asc(mails.nextAttemptAt))
    .limit(batch)
    .for('update', { skipLocked: true })
  return (
    db
      .update(mails)
      .set({ attempts: sql`${mails.attempts} + 1`, nextAttemptAt: later(now, leaseSeconds) })
      // As an array the locking query runs once; joined in, it might run again for every row.
      .where(sql`${mails.id} = any(array(${due}))`)
      .returning()
  )
}

async function sendOne(db: Database, transport: MailTransport, mail: Mail, now: Date): Promise<boolean> {
  try {
    await transport.send({ ...mail, messageId: messageIdOf(mail) })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    await db
      .update(mails)
      .set({
        error: message.slice(0, 500),
        nextAttemptAt: later(now, backOffSeconds(mail.attempts)),
        ...(error instanceof MailRefused && { attempts: mostAttempts }),
      })
      .where(eq(mails.id, mail.id))
    return false
  }
  await db
    .update(mails)
    .set({ sentAt: now, error: null, ...(isSecretCause(mail.cause) && withoutBody) })
    .where(eq(mails.id, mail.id))
  return true
}

/** A link that signs in is kept no longer than it must be. */
const withoutBody = { text: 'The link was taken out once it had been sent.', html: '' }

/** @param attempts so far, this one included: half a minute, one, two, … at most an hour */
function backOffSeconds(attempts: number): number {
  return Math.min(30 * 2 ** (attempts - 1), 3600)
}

function messageIdOf(mail: Mail): string {
  const digest = createHash('sha256').update(`${mail.cause} ${mail.createdAt.toISOString()}`).digest('hex')
  return `${digest.slice(0, 32)}@tributary`
}

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}
