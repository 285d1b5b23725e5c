import 'server-only'
import { eq } from 'drizzle-orm'
import { database, reservedWords, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/**
 * The word can be had at sign-up again.
 * @throws TributaryError not_found
 */
export async function releaseWord(actor: Actor, word: string, db: Database = database()): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const [before] = await tx.delete(reservedWords).where(eq(reservedWords.word, word)).returning()
    if (!before) throw new TributaryError('not_found', `${word} is not reserved.`)
    const at = await programmeNow(tx)
    const { anywhere, reason } = before
    const deed = { actor, action: 'word.release', subjectId: word, before: { anywhere, reason }, at }
    await writeAudit(tx, deed)
  })
}
