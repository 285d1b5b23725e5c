import 'server-only'
import { createHash } from 'node:crypto'
import { and, eq, isNull, lt, or } from 'drizzle-orm'
import { apiKeys, type Database } from '@/db'
import type { Actor } from '@/lib/actor'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

export type ApiActor = Extract<Actor, { kind: 'api_key' }>

/** Keys have 160 random bits, so that a plain hash cannot be turned back; the look-up by hash leaks nothing by its time. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

// A key in busy use is not written to on every request.
const usedAgainAfterMs = 60_000

/** @throws TributaryError unauthenticated, in the same words for no key, a wrong one and a revoked one */
export async function authenticate(db: Database, request: Request): Promise<ApiActor> {
  const key = /^Bearer\s+(trb_\w{1,200})$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const [row] =
    key === undefined
      ? []
      : await db
          .select({ id: apiKeys.id, scope: apiKeys.scope })
          .from(apiKeys)
          .where(and(eq(apiKeys.hash, hashOfKey(key)), isNull(apiKeys.revokedAt)))
  if (!row)
    throw new TributaryError('unauthenticated', 'A valid API key is wanted: Authorization: Bearer trb_….')
  const now = wallNow()
  const before = new Date(now.getTime() - usedAgainAfterMs)
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, row.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))))
  return { kind: 'api_key', id: row.id, scope: row.scope }
}
