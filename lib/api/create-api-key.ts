import 'server-only'
import { randomBytes } from 'node:crypto'
import { apiKeys, database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { hashOfKey } from './authenticate'

/** @returns the key, which is shown this once and kept as a hash only. Throws TributaryError invalid (field `name`) */
export async function createApiKey(
  actor: Actor,
  input: { name: string; scope: 'admin' | 'read' },
  options: { db?: Database } = {},
): Promise<{ id: string; key: string }> {
  requireRole(actor, 'admin')
  const name = input.name.trim()
  if (name.length === 0 || name.length > 100) {
    throw new TributaryError('invalid', 'A name of 1 to 100 characters is wanted.', 'name')
  }
  const id = newId('key')
  const key = `trb_${randomBytes(20).toString('hex')}`
  const at = wallNow()
  await (options.db ?? database()).transaction(async (tx) => {
    await tx.insert(apiKeys).values({ id, name, scope: input.scope, hash: hashOfKey(key), createdAt: at })
    const after = { name, scope: input.scope }
    await writeAudit(tx, { actor, action: 'api_key.create', subjectId: id, after, at })
  })
  return { id, key }
}
