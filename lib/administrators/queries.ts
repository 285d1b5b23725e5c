import 'server-only'
import { and, asc, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import { administrators, database, invitations, secondFactors, sessions, users, type Querying } from '@/db'
import { requireRole, requireViewer, type Actor, type AdministratorRole } from '@/lib/actor'
import { sessionDto, type SessionDto } from '@/lib/auth/sessions'
import { TributaryError } from '@/lib/errors'

export interface Member {
  id: string
  email: string
  role: AdministratorRole
  since: Date
  /** Null: has none that counts. */
  secondFactorSince: Date | null
  /** In how many browsers they are signed in. */
  sessions: number
  isYou: boolean
}

const you = (actor: Actor): string => (actor.kind === 'person' ? (actor.administrator?.id ?? '') : '')

function members(db: Querying, now: Date) {
  const signedIn = sql<number>`(select count(*)::int from ${sessions} s join ${users} u on u.id = s.user_id
    where lower(u.email) = lower(${administrators.email}) and s.expires > ${now.toISOString()}::timestamptz)`
  return db
    .select({
      id: administrators.id,
      email: administrators.email,
      role: administrators.role,
      since: administrators.createdAt,
      secondFactorSince: secondFactors.confirmedAt,
      sessions: signedIn,
    })
    .from(administrators)
    .leftJoin(secondFactors, eq(secondFactors.administratorId, administrators.id))
}

/** Everybody in the console, by their address. */
export async function listTeam(actor: Actor, now: Date, db: Querying = database()): Promise<Member[]> {
  requireViewer(actor)
  const rows = await members(db, now)
    .where(isNull(administrators.disabledAt))
    .orderBy(asc(sql`lower(${administrators.email})`))
  return rows.map((row) => ({ ...row, isYou: row.id === you(actor) }))
}

/** @throws TributaryError not_found also for who was removed */
export async function getMember(
  actor: Actor,
  administratorId: string,
  now: Date,
  db: Querying = database(),
): Promise<Member> {
  requireViewer(actor)
  const [row] = await members(db, now).where(
    and(eq(administrators.id, administratorId), isNull(administrators.disabledAt)),
  )
  if (!row) throw new TributaryError('not_found', 'There is nobody of that name in the team.')
  return { ...row, isYou: row.id === you(actor) }
}

export interface Invitation {
  id: string
  email: string
  role: AdministratorRole
  /** The address; null: the command line. */
  invitedBy: string | null
  invitedAt: Date
  expiresAt: Date
  isExpired: boolean
}

/** Those that nobody has accepted or taken back, the latest first. */
export async function listInvitations(
  actor: Actor,
  now: Date,
  db: Querying = database(),
): Promise<Invitation[]> {
  requireViewer(actor)
  const rows = await db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      invitedBy: administrators.email,
      invitedAt: invitations.invitedAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .leftJoin(administrators, eq(administrators.id, invitations.invitedBy))
    .where(and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt)))
    .orderBy(desc(invitations.invitedAt))
  return rows.map((row) => ({ ...row, isExpired: row.expiresAt <= now }))
}

/** Where a colleague is signed in, the latest first. */
export async function listSessionsOf(
  actor: Actor,
  administratorId: string,
  now: Date,
  db: Querying = database(),
): Promise<SessionDto[]> {
  requireRole(actor, 'admin')
  const rows = await db
    .select({ session: sessions })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(administrators, eq(sql`lower(${administrators.email})`, sql`lower(${users.email})`))
    .where(and(eq(administrators.id, administratorId), gt(sessions.expires, now)))
    .orderBy(desc(sessions.expires))
  return rows.map(({ session }) => sessionDto(session, null))
}
