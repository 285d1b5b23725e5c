import 'server-only'
import { and, eq, gt } from 'drizzle-orm'
import { database, sessions, users, type Querying } from '@/db'
import { wallNow } from '@/lib/clock'
import { sha256 } from './digest'
import type { Person } from './people'
import { sessionDays } from './session-cookie'

/** For so long after a link was used, its session may change where money goes and who signs in. */
export const freshMinutes = 15
/** The session and the mark of its sign-in are written one after the other. */
const slackMs = 10_000

/**
 * Whether this session itself began with a link a moment ago. A session that was renewed by being used ends at another time than
 * thirty days after a sign-in, and somebody else's sign-in makes no older session fresh.
 */
export async function isFreshSignIn(
  person: Person,
  token: string,
  options: { db?: Querying; now?: Date } = {},
): Promise<boolean> {
  const { db = database(), now = wallNow() } = options
  const [row] = await db
    .select({ expires: sessions.expires, signedInAt: users.emailVerified })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.sessionToken, sha256(token)),
        eq(sessions.userId, person.userId),
        gt(sessions.expires, now),
      ),
    )
  if (!row?.signedInAt) return false
  const signedInAt = row.signedInAt.getTime()
  const beganAt = row.expires.getTime() - sessionDays * 86_400_000
  const age = now.getTime() - signedInAt
  return Math.abs(beganAt - signedInAt) <= slackMs && age <= freshMinutes * 60_000 && age >= -slackMs
}
