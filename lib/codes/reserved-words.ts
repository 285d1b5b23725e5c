import 'server-only'
import { asc } from 'drizzle-orm'
import { database, reservedWords, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { reservedForm } from './rules'

export type ReservedWord = typeof reservedWords.$inferSelect

/** All of them: they are typed by hand, and few. */
export async function listReservedWords(actor: Actor, db: Querying = database()): Promise<ReservedWord[]> {
  requireViewer(actor)
  return db.select().from(reservedWords).orderBy(asc(reservedWords.word))
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
