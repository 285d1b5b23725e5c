import 'server-only'
import { asc, desc, eq, isNull, sql } from 'drizzle-orm'
import { administrators, affiliates, codes, database, programme, type Querying } from '@/db'
import { secondFactorSeconds } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'

export interface SandboxPeople {
  /** Null: there is none yet. */
  affiliate: { id: string; displayName: string; code: string } | null
  administrator: { email: string } | null
}

/**
 * In whose place a newcomer may look around: the affiliate of a code, else the first there is, and an administrator. As good as
 * their logins, and only for sandbox books.
 * @throws TributaryError not_found on all other books
 */
export async function findSandboxPeople(
  preferredCode: string,
  db: Querying = database(),
): Promise<SandboxPeople> {
  const [books] = await db.select({ mode: programme.booksMode }).from(programme)
  if (books?.mode !== 'sandbox') throw new TributaryError('not_found', 'There is no sandbox here.')
  const [affiliate] = await db
    .select({ id: affiliates.id, displayName: affiliates.displayName, code: codes.code })
    .from(affiliates)
    .innerJoin(codes, eq(codes.affiliateId, affiliates.id))
    .where(eq(affiliates.status, 'active'))
    .orderBy(desc(sql`upper(${codes.code}) = ${preferredCode.toUpperCase()}`), asc(affiliates.createdAt))
    .limit(1)
  const [administrator] = await db
    .select({ email: administrators.email })
    .from(administrators)
    .where(isNull(administrators.disabledAt))
    .orderBy(
      asc(sql`array_position(array['admin', 'finance', 'viewer'], ${administrators.role})`),
      asc(administrators.createdAt),
    )
    .limit(1)
  return { affiliate: affiliate ?? null, administrator: administrator ?? null }
}

/**
 * The demo's own people have addresses where nobody gets mail and carry no authenticator: on sandbox books, the sandbox gives
 * their second factor as they sign in. That opens the console, and is never fresh enough for what cannot be taken back.
 * @param email normalised
 * @returns when it counts as given; null: they give their own
 */
export async function sandboxFactorAt(db: Querying, email: string, now: Date): Promise<Date | null> {
  if (!email.endsWith('.localhost')) return null
  const [books] = await db.select({ mode: programme.booksMode }).from(programme)
  return books?.mode === 'sandbox' ? new Date(now.getTime() - secondFactorSeconds * 1000) : null
}
