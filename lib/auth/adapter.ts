import 'server-only'
import { DrizzleAdapter } from '@auth/drizzle-adapter'
import { eq, sql } from 'drizzle-orm'
import type { Adapter, AdapterUser } from 'next-auth/adapters'
import { accounts, sessions, users, verificationTokens, type Database } from '@/db'
import { wallNow } from '@/lib/clock'
import { sha256 } from './digest'
import { sandboxFactorAt } from './sandbox-people'

/**
 * next-auth's adapter on our tables, with three differences: session tokens are stored hashed, so that a copy of the database signs
 * nobody in; two first sign-ins at once make one user; and a new session ends the one that the browser had, whoever's it was.
 * @param replaced token of that session; null: there was none
 * @param browser what the browser calls itself; null: nothing
 */
export function authAdapter(db: Database, replaced: string | null, browser: string | null = null) {
  const base = DrizzleAdapter(db, {
    usersTable: users,
    // Without the columns for OAuth's tokens, which an e-mail address does not have: the adapter never writes this table here.
    accountsTable: accounts as never,
    sessionsTable: sessions,
    verificationTokensTable: verificationTokens,
  })
  return {
    ...base,
    async createUser(data) {
      await db.insert(users).values(data).onConflictDoNothing()
      return userByEmail(db, data.email)
    },
    async createSession(session) {
      await db.transaction(async (tx) => {
        if (replaced) await tx.delete(sessions).where(eq(sessions.sessionToken, sha256(replaced)))
        const [user] = await tx.select({ email: users.email }).from(users).where(eq(users.id, session.userId))
        const secondFactorAt = await sandboxFactorAt(tx, user?.email ?? '', wallNow())
        const sessionToken = sha256(session.sessionToken)
        await tx
          .insert(sessions)
          .values({ ...session, sessionToken, secondFactorAt, beganAt: wallNow(), browser })
      })
      return session
    },
    async getSessionAndUser(sessionToken) {
      const [row] = await db
        .select({ session: sessions, user: users })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(eq(sessions.sessionToken, sha256(sessionToken)))
      return row ? { session: { ...row.session, sessionToken }, user: row.user } : null
    },
    async updateSession({ sessionToken, ...changes }) {
      await db
        .update(sessions)
        .set(changes)
        .where(eq(sessions.sessionToken, sha256(sessionToken)))
      return null
    },
    async deleteSession(sessionToken) {
      await db.delete(sessions).where(eq(sessions.sessionToken, sha256(sessionToken)))
    },
  } satisfies Adapter
}

async function userByEmail(db: Database, email: string): Promise<AdapterUser> {
  const [user] = await db
    .select()
    .from(users)
    .where(sql`lower(${users.email}) = lower(${email})`)
  if (!user) throw new Error('A user that was just written is not there.')
  return user
}
