import 'server-only'
import { asc } from 'drizzle-orm'
import { apiKeys, database, type Querying } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'

export interface ApiKeyDto {
  id: string
  name: string
  scope: 'admin' | 'read'
  createdAt: Date
  /** Null: never. */
  lastUsedAt: Date | null
  /** Null: it is valid. */
  revokedAt: Date | null
}

/** All keys that were ever made, the oldest first; of none what it is. */
export async function listApiKeys(actor: Actor, db: Querying = database()): Promise<ApiKeyDto[]> {
  requireRole(actor, 'admin')
  const { id, name, scope, createdAt, lastUsedAt, revokedAt } = apiKeys
  return db
    .select({ id, name, scope, createdAt, lastUsedAt, revokedAt })
    .from(apiKeys)
    .orderBy(asc(createdAt), asc(id))
}
