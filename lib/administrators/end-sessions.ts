import 'server-only'
import { and, eq, sql, type SQL } from 'drizzle-orm'
import { administrators, database, sessions, users, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * Signs a colleague out, in one browser or everywhere.
 * @param input.sessionId absent: everywhere
 * @returns how many sessions ended. Throws TributaryError not_found
 */
export async function endSessionsOf(
  actor: Actor,
  input: { administratorId: string; sessionId?: string | undefined },
  db: Database = database(),
): Promise<number> {
  requireRole(actor, 'admin')
  const { administratorId, sessionId } = input
  return db.transaction(async (tx) => {
    const [member] = await tx
      .select({ email: administrators.email })
      .from(administrators)
      .where(eq(administrators.id, administratorId))
    if (!member) throw new TributaryError('not_found', 'There is nobody of that name in the team.')
    const one = sessionId === undefined ? undefined : eq(sessions.sessionToken, sessionId)
    const ended = await endAllSessionsOf(tx, member.email, one)
    if (ended === 0) throw new TributaryError('not_found', 'They are not signed in there any more.')
    const at = await programmeNow(tx)
    const before = { sessions: ended }
    await writeAudit(tx, {
      actor,
      action: 'administrator_session.end',
      subjectId: administratorId,
      before,
      at,
    })
    return ended
  })
}

/** @returns how many there were */
export async function endAllSessionsOf(tx: Transaction, email: string, which?: SQL): Promise<number> {
  const theirs = tx
    .select({ id: users.id })
    .from(users)
    .where(sql`lower(${users.email}) = lower(${email})`)
  const ended = await tx
    .delete(sessions)
    .where(and(sql`${sessions.userId} in ${theirs}`, which))
    .returning({ userId: sessions.userId })
  return ended.length
}
