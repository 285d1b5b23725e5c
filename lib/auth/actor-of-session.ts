import 'server-only'
import { and, eq, gt } from 'drizzle-orm'
import { sessions, users, type Database } from '@/db'
import { sha256 } from './digest'
import { standingOf, type Person } from './people'
import { sessionDays } from './session-cookie'

/**
 * Who holds this session, with what they may do now; null if it is unknown, ended or over. Used once a day, it lasts longer. Whoever has not
 * given a second factor in it is nobody in the console yet.
 */
export async function actorOfSession(db: Database, token: string, now: Date): Promise<Person | null> {
  const stored = sha256(token)
  const [session] = await db
    .select({
      userId: users.id,
      email: users.email,
      expires: sessions.expires,
      secondFactorAt: sessions.secondFactorAt,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.sessionToken, stored), gt(sessions.expires, now)))
  if (!session) return null
  const renewed = new Date(now.getTime() + sessionDays * 86_400_000)
  if (renewed.getTime() - session.expires.getTime() > 86_400_000) {
    await db.update(sessions).set({ expires: renewed }).where(eq(sessions.sessionToken, stored))
  }
  const { userId, email, secondFactorAt } = session
  const { administrator, affiliateId } = await standingOf(db, email)
  // Withheld here and not by the pages, so that nothing anywhere takes half a sign-in for a whole one.
  const may =
    secondFactorAt === null
      ? { administrator: null, awaiting: administrator }
      : { administrator, awaiting: null }
  return { kind: 'person', userId, email, secondFactorAt, affiliateId, ...may }
}
