import 'server-only'
import { sql } from 'drizzle-orm'
import { database, reservedWords, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { keyset, type PageEnds, type PageWanted } from '@/lib/keyset'
import { reservedForm } from './rules'

export type ReservedWord = typeof reservedWords.$inferSelect

/** By the alphabet, a page at a time. */
export async function listReservedWords(
  actor: Actor,
  options: PageWanted & {
    /** Part of a word. */
    search?: string | undefined
  },
  db: Querying = database(),
): Promise<{ words: ReservedWord[] } & PageEnds> {
  requireViewer(actor)
  const { word, anywhere, reason, reservedBy, reservedAt } = reservedWords
  const { beyond, order, limit, position, page } = keyset([{ by: sql`${word}`, type: 'text' }], {
    ...options,
    ascending: true,
  })
  const sought =
    options.search === undefined ? sql`true` : sql`position(${reservedForm(options.search)} in ${word}) > 0`
  const found = await db
    .select({ word, anywhere, reason, reservedBy, reservedAt, position })
    .from(reservedWords)
    .where(sql`${sought} and ${beyond}`)
    .orderBy(order)
    .limit(limit)
  const { rows, ...ends } = page<ReservedWord>(found)
  return { words: rows, ...ends }
}

/** Whether a handle or a code is, or has in it, a word that nobody gets at sign-up. */
export async function loadReserved(db: Querying): Promise<(text: string) => boolean> {
  const words = await db
    .select({ word: reservedWords.word, anywhere: reservedWords.anywhere })
    .from(reservedWords)
  return (text) => {
    const form = reservedForm(text)
    return words.some(({ word, anywhere }) => (anywhere ? form.includes(word) : form === word))
  }
}
