import 'server-only'
import { eq } from 'drizzle-orm'
import { administrators, database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dropSecondFactor } from '@/lib/auth/remove-second-factor'
import { programmeNow, wallNow } from '@/lib/clock'
import { endAllSessionsOf } from './end-sessions'
import { revokeInvitationsOf } from './invite-administrator'
import { lockTeam, memberOf, requireAnotherAdministrator } from './lock-team'

/**
 * Shuts somebody out of the console: their sessions end, their second factor goes, what they had invited is taken back. What they decided stays
 * under their name, and they can be invited again.
 * @throws TributaryError not_found, conflict for the last administrator
 */
export async function removeAdministrator(
  actor: Actor,
  administratorId: string,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const team = await lockTeam(tx)
    const { email, role } = memberOf(team, administratorId)
    requireAnotherAdministrator(team, administratorId)
    await tx
      .update(administrators)
      .set({ disabledAt: wallNow() })
      .where(eq(administrators.id, administratorId))
    await revokeInvitationsOf(tx, administratorId)
    await dropSecondFactor(tx, administratorId)
    const sessions = await endAllSessionsOf(tx, email)
    const at = await programmeNow(tx)
    await writeAudit(tx, {
      actor,
      action: 'administrator.remove',
      subjectId: administratorId,
      before: { email, role, sessions },
      at,
    })
  })
}
