import 'server-only'
import { affiliateGroups, database, type Database } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { violatedConstraint } from '@/lib/unique-violation'

/**
 * A group of affiliates, without terms of its own at first and without anybody in it. Its name stays.
 * @throws TributaryError forbidden, invalid or conflict (field `name`)
 */
export async function createGroup(
  actor: Actor,
  input: { name: string },
  options: { db?: Database; now?: Date } = {},
): Promise<{ groupId: string }> {
  requireRole(actor, 'admin')
  const name = input.name.replace(/\s+/g, ' ').trim()
  if (name === '' || name.length > 60)
    throw new TributaryError('invalid', 'A name of at most 60 characters is wanted.', 'name')
  const id = newId('grp')
  const createdBy = actorName(actor).id
  try {
    await (options.db ?? database()).transaction(async (tx) => {
      const now = options.now ?? (await programmeNow(tx))
      await tx.insert(affiliateGroups).values({ id, name, createdAt: now, createdBy })
      await writeAudit(tx, { actor, action: 'group.create', subjectId: id, after: { name }, at: now })
    })
  } catch (error) {
    if (violatedConstraint(error) !== 'affiliate_groups_name_once') throw error
    throw new TributaryError('conflict', 'There is a group of this name.', 'name')
  }
  return { groupId: id }
}
