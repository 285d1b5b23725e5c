import 'server-only'
import { eq } from 'drizzle-orm'
import { administrators, database, type Database } from '@/db'
import { requireRole, type Actor, type AdministratorRole } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { revokeInvitationsOf } from './invite-administrator'
import { lockTeam, memberOf, requireAnotherAdministrator } from './lock-team'

/**
 * What somebody may in the console; it counts from their next request on.
 * @param input.seen the role that the page showed: if it is another by now, somebody else was faster
 * @throws TributaryError not_found, conflict also for the last administrator
 */
export async function changeRole(
  actor: Actor,
  input: { administratorId: string; role: AdministratorRole; seen: AdministratorRole },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { administratorId, role, seen } = input
  await db.transaction(async (tx) => {
    const team = await lockTeam(tx)
    const member = memberOf(team, administratorId)
    if (member.role === role) return
    if (member.role !== seen)
      throw new TributaryError('conflict', `Somebody else made them ${member.role} meanwhile.`, 'role')
    if (member.role === 'admin') {
      requireAnotherAdministrator(team, administratorId)
      await revokeInvitationsOf(tx, administratorId)
    }
    await tx.update(administrators).set({ role }).where(eq(administrators.id, administratorId))
    const at = await programmeNow(tx)
    const change = { before: { role: member.role }, after: { role } }
    await writeAudit(tx, {
      actor,
      action: 'administrator.set_role',
      subjectId: administratorId,
      ...change,
      at,
    })
  })
}
