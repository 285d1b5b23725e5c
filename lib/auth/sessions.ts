import 'server-only'
import { and, desc, eq, gt, ne } from 'drizzle-orm'
import { database, sessions, type Database } from '@/db'
import { TributaryError } from '@/lib/errors'
import { browserName } from './browser-name'
import { sha256 } from './digest'
import type { Person } from './people'
import { sessionDays } from './session-cookie'

/** `id` names a session without being the key to it. */
export interface SessionDto {
  id: string
  current: boolean
  /** As people say it: `Firefox on Linux`. */
  browser: string
  /** Null: before this was kept. */
  beganAt: Date | null
  lastRenewedAt: Date
  expires: Date
}

/** @param currentToken of the browser that asks; null: it is somebody else's */
export function sessionDto(row: typeof sessions.$inferSelect, currentToken: string | null): SessionDto {
  const { sessionToken, browser, beganAt, expires } = row
  return {
    id: sessionToken,
    current: currentToken !== null && sessionToken === sha256(currentToken),
    browser: browserName(browser),
    beganAt,
    lastRenewedAt: new Date(expires.getTime() - sessionDays * 86_400_000),
    expires,
  }
}

/** A person's own sessions that are not over, the latest first. @param currentToken of the browser that asks */
export async function listSessions(
  person: Person,
  currentToken: string,
  now: Date,
  db: Database = database(),
): Promise<SessionDto[]> {
  const rows = await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, person.userId), gt(sessions.expires, now)))
    .orderBy(desc(sessions.expires))
  return rows.map((row) => sessionDto(row, currentToken))
}

/** Ends one of a person's own sessions. @throws TributaryError not_found if it is not theirs or has ended */
export async function endSession(
  person: Person,
  sessionId: string,
  db: Database = database(),
): Promise<void> {
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, person.userId), eq(sessions.sessionToken, sessionId)))
    .returning({ id: sessions.userId })
  if (ended.length === 0) throw new TributaryError('not_found', 'This session has ended already.')
}

/** Ends all of a person's sessions but the one that asks. @returns how many */
export async function endOtherSessions(
  person: Person,
  currentToken: string,
  db: Database = database(),
): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(and(eq(sessions.userId, person.userId), ne(sessions.sessionToken, sha256(currentToken))))
    .returning({ id: sessions.userId })
  return ended.length
}
