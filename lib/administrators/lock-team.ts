import 'server-only'
import { asc, isNull } from 'drizzle-orm'
import { administrators, type Transaction } from '@/db'
import { TributaryError } from '@/lib/errors'

type Member = typeof administrators.$inferSelect

/** Everybody in the console, locked: two who change the team at once see each other's doing, and no console is left without an administrator. */
export async function lockTeam(tx: Transaction): Promise<Member[]> {
  return tx
    .select()
    .from(administrators)
    .where(isNull(administrators.disabledAt))
    .orderBy(asc(administrators.id))
    .for('update')
}

/** @throws TributaryError conflict where nobody else could run the console */
export function requireAnotherAdministrator(team: readonly Member[], administratorId: string): void {
  if (team.some(({ id, role }) => role === 'admin' && id !== administratorId)) return
  throw new TributaryError('conflict', 'They are the last administrator: make somebody else one first.')
}

/** @throws TributaryError not_found */
export function memberOf(team: readonly Member[], administratorId: string): Member {
  const member = team.find(({ id }) => id === administratorId)
  if (!member) throw new TributaryError('not_found', 'There is nobody of that name in the team any more.')
  return member
}
