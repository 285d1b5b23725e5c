import 'server-only'
import { database, reservedWords, type Database } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { reservedForm } from './rules'

export interface ReserveWord {
  word: string
  /** Not as a part of a longer word either. */
  anywhere: boolean
  reason: string
}

const shortestAnywhere = 3
const longest = 40

/**
 * From now on nobody gets the word at sign-up, neither as a handle nor as a code; administrators can still give it away.
 * @throws TributaryError unprocessable, conflict (it is reserved already), with the field
 */
export async function reserveWord(
  actor: Actor,
  input: ReserveWord,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { anywhere, reason } = input
  const word = reservedForm(input.word)
  const problem = problemWith(word, anywhere)
  if (problem !== null) throw new TributaryError('unprocessable', problem, 'word')
  await db.transaction(async (tx) => {
    const at = await programmeNow(tx)
    const row = { word, anywhere, reason, reservedBy: actorName(actor).id, reservedAt: at }
    const written = await tx.insert(reservedWords).values(row).onConflictDoNothing().returning()
    if (written.length === 0) throw new TributaryError('conflict', `${word} is reserved already.`, 'word')
    await writeAudit(tx, { actor, action: 'word.reserve', subjectId: word, after: { anywhere }, reason, at })
  })
}

function problemWith(word: string, anywhere: boolean): string | null {
  if (word === '') return 'A word has letters from A to Z or digits.'
  if (word.length > longest) return `A word has at most ${longest} characters.`
  return anywhere && word.length < shortestAnywhere
    ? `Inside other words, only ${shortestAnywhere} characters or more can be reserved.`
    : null
}
