import 'server-only'
import { mails, type Querying } from '@/db'
import { wallNow } from '@/lib/clock'
import type { MailContent } from './letter'

export type NewMail = MailContent & {
  recipient: string
  affiliateId?: string
  /** What it is about, once: `welcome/aff_…`. */
  cause: string
  /** The programme's time. */
  now: Date
}

/**
 * Puts a mail into the outbox, in the transaction of its cause: no cause without its mail, no mail without its cause.
 * @returns false if this cause has its mail already; then nothing is written
 */
export async function enqueueMail(tx: Querying, mail: NewMail): Promise<boolean> {
  const { now, ...columns } = mail
  const written = await tx
    .insert(mails)
    // The wall's clock: on sandbox books the programme's may be months ahead, and the mail is to go now.
    .values({ ...columns, createdAt: now, nextAttemptAt: wallNow() })
    .onConflictDoNothing({ target: mails.cause })
    .returning({ id: mails.id })
  return written.length > 0
}
