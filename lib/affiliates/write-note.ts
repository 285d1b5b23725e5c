import 'server-only'
import { eq } from 'drizzle-orm'
import { affiliateNotes, affiliates, database, type Database } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

export const longestNote = 2000

/**
 * Something about an affiliate for the console's people to know, for good. The affiliate never reads it.
 * @throws TributaryError forbidden, invalid (field `text`), not_found
 */
export async function writeNote(
  actor: Actor,
  input: { affiliateId: string; text: string },
  options: { db?: Database; now?: Date } = {},
): Promise<void> {
  requireRole(actor, 'admin')
  const { affiliateId } = input
  const text = input.text.replaceAll('\r\n', '\n').trim()
  if (text === '' || text.length > longestNote)
    throw new TributaryError('invalid', `A note of at most ${longestNote} characters is wanted.`, 'text')
  await (options.db ?? database()).transaction(async (tx) => {
    if ((await tx.$count(affiliates, eq(affiliates.id, affiliateId))) === 0)
      throw new TributaryError('not_found', 'There is no such affiliate.')
    const at = options.now ?? (await programmeNow(tx))
    const writtenBy = actorName(actor).id
    await tx.insert(affiliateNotes).values({ affiliateId, text, writtenBy, at })
    await writeAudit(tx, { actor, action: 'affiliate.note', subjectId: affiliateId, after: { text }, at })
  })
}
