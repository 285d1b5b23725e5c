import 'server-only'
import { eq, sql } from 'drizzle-orm'
import {
  administrators,
  database,
  recoveryCodes,
  secondFactors,
  sessions,
  users,
  type Database,
  type Transaction,
} from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { enqueueMail } from '@/lib/mail/enqueue-mail'
import { findSender } from '@/lib/mail/sender'
import { secondFactorRemovedMail } from '@/lib/mail/team-mails'

/**
 * For who lost device and codes: another administrator takes it away, in every session of theirs too, and they set up a new one. They are told
 * by mail.
 * @throws TributaryError forbidden, not_found
 */
export async function removeSecondFactor(
  actor: Actor,
  administratorId: string,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  if (actor.kind === 'person' && actor.administrator?.id === administratorId)
    throw new TributaryError('forbidden', 'Another administrator takes yours away.')
  await db.transaction(async (tx) => {
    const gone = await dropSecondFactor(tx, administratorId)
    if (gone === null) throw new TributaryError('not_found', 'They have no second factor.')
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor, action: 'second_factor.remove', subjectId: administratorId, at })
    const content = secondFactorRemovedMail(await findSender(tx))
    const cause = `second-factor-removed/${administratorId}/${gone.createdAt.getTime()}`
    await enqueueMail(tx, { ...content, recipient: gone.email, cause, now: at })
  })
}

/** Secret and codes go, and no session of theirs counts as having given one. @returns null: there was none */
export async function dropSecondFactor(
  tx: Transaction,
  administratorId: string,
): Promise<{ email: string; createdAt: Date } | null> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.administratorId, administratorId))
  const [gone] = await tx
    .delete(secondFactors)
    .where(eq(secondFactors.administratorId, administratorId))
    .returning({ createdAt: secondFactors.createdAt })
  const [known] = await tx
    .select({ email: administrators.email })
    .from(administrators)
    .where(eq(administrators.id, administratorId))
  if (!known) return null
  const theirs = tx
    .select({ id: users.id })
    .from(users)
    .where(sql`lower(${users.email}) = lower(${known.email})`)
  await tx
    .update(sessions)
    .set({ secondFactorAt: null })
    .where(sql`${sessions.userId} in ${theirs}`)
  return gone ? { email: known.email, createdAt: gone.createdAt } : null
}
