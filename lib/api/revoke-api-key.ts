import 'server-only'
import { and, eq, isNull } from 'drizzle-orm'
import { apiKeys, database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * Ends a key from the next request on, for good. Again, it does nothing.
 * @throws TributaryError forbidden, not_found
 */
export async function revokeApiKey(actor: Actor, id: string, db: Database = database()): Promise<void> {
  requireRole(actor, 'admin')
  const at = wallNow()
  await db.transaction(async (tx) => {
    const [known] = await tx.select({ name: apiKeys.name }).from(apiKeys).where(eq(apiKeys.id, id))
    if (!known) throw new TributaryError('not_found', 'There is no such key.')
    const revoked = await tx
      .update(apiKeys)
      .set({ revokedAt: at })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      .returning({ id: apiKeys.id })
    if (revoked.length > 0)
      await writeAudit(tx, { actor, action: 'api_key.revoke', subjectId: id, before: known, at })
  })
}
