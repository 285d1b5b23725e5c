import 'server-only'
import { eq, sql } from 'drizzle-orm'
import { administrators, database, type Database } from '@/db'
import { requireRole, type Actor, type AdministratorRole } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { normaliseEmail } from '@/lib/auth/email-address'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { lockTeam, requireAnotherAdministrator } from './lock-team'

export interface Administrator {
  id: string
  email: string
  role: AdministratorRole
  /** Whether they were one before. */
  wasKnown: boolean
}

/**
 * Lets somebody into the console; who is in it already keeps their role unless one is given.
 * @param input.role absent: admin
 * @throws TributaryError invalid (field `email`), conflict for somebody who was shut out
 */
export async function createAdministrator(
  actor: Actor,
  input: { email: string; role?: AdministratorRole | undefined },
  options: { db?: Database } = {},
): Promise<Administrator> {
  requireRole(actor, 'admin')
  const email = normaliseEmail(input.email)
  if (email === null) throw new TributaryError('invalid', 'This is not an e-mail address.', 'email')
  return (options.db ?? database()).transaction(async (tx) => {
    const at = wallNow()
    const id = newId('adm')
    const role = input.role ?? 'admin'
    const [made] = await tx
      .insert(administrators)
      .values({ id, email, role, createdAt: at })
      .onConflictDoNothing()
      .returning({ id: administrators.id })
    if (made) {
      const after = { email, role }
      await writeAudit(tx, { actor, action: 'administrator.create', subjectId: id, after, at })
      return { id, email, role, wasKnown: false }
    }
    const team = await lockTeam(tx)
    const [known] = await tx
      .select()
      .from(administrators)
      .where(eq(sql`lower(${administrators.email})`, email))
      .for('update')
    if (!known) throw new Error('An administrator vanished')
    if (known.disabledAt !== null) {
      throw new TributaryError(
        'conflict',
        `${email} was shut out of the console: invite them there.`,
        'email',
      )
    }
    if (input.role === undefined || known.role === input.role) {
      return { id: known.id, email, role: known.role, wasKnown: true }
    }
    if (known.role === 'admin') requireAnotherAdministrator(team, known.id)
    await tx.update(administrators).set({ role }).where(eq(administrators.id, known.id))
    const change = { before: { role: known.role }, after: { role } }
    await writeAudit(tx, { actor, action: 'administrator.set_role', subjectId: known.id, ...change, at })
    return { id: known.id, email, role, wasKnown: true }
  })
}
