import 'server-only'
import { eq } from 'drizzle-orm'
import { programme, type Database, type Transaction } from '@/db'
import type { Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { dayOf } from '@/lib/calendar'
import { TributaryError } from '@/lib/errors'
import { unnamedProgramme } from './programme-name'
import { defaultTerms } from './terms'
import { insertProgrammeTerms } from './write-terms'

export interface Books {
  booksMode: 'sandbox' | 'test' | 'live'
  /** Null: not asked yet. */
  stripeAccountId: string | null
  now: Date
}

const start: Actor = { kind: 'system', job: 'start' }

/**
 * The first start opens the books: they remember whose they are, and the default terms earn from this day on. A later one
 * compares. Safe to run at once from several processes.
 * @throws TributaryError conflict, in one sentence, if the books are of another kind or of another Stripe account
 */
export async function ensureProgramme(db: Database, books: Books): Promise<{ created: boolean }> {
  return db.transaction(async (tx) => openBooks(tx, start, { ...books, name: unnamedProgramme }))
}

/** As `ensureProgramme`, within a transaction; leaves the one row of the programme locked. */
export async function openBooks(
  tx: Transaction,
  actor: Actor,
  books: Books & { name: string },
): Promise<{ created: boolean }> {
  const { booksMode, stripeAccountId, name, now } = books
  const created = await tx
    .insert(programme)
    .values({ name, booksMode, stripeAccountId, startedAt: now })
    .onConflictDoNothing()
    .returning({ id: programme.id })
  if (created.length > 0) {
    const values = defaultTerms(dayOf(Math.floor(now.getTime() / 1000)))
    await insertProgrammeTerms(tx, actor, {
      effectiveFrom: new Date(0),
      recordedAt: now,
      first: true,
      values,
    })
    await writeAudit(tx, { actor, action: 'programme.open', subjectId: 'programme', after: values, at: now })
    return { created: true }
  }
  const [known] = await tx.select().from(programme).for('update')
  if (!known) throw new Error('The programme has no row')
  compare(known, books)
  if (known.stripeAccountId === null && stripeAccountId !== null) {
    await tx.update(programme).set({ stripeAccountId }).where(eq(programme.id, known.id))
  }
  return { created: false }
}

function compare(known: { booksMode: string; stripeAccountId: string | null }, books: Books): void {
  if (known.booksMode !== books.booksMode) {
    throw new TributaryError(
      'conflict',
      `These are ${known.booksMode} books, but this start is for ${books.booksMode} books: use the Stripe key that ` +
        'they were begun with, or another database.',
    )
  }
  const accounts = [known.stripeAccountId, books.stripeAccountId]
  if (!accounts.includes(null) && accounts[0] !== accounts[1]) {
    throw new TributaryError(
      'conflict',
      `These are the books of Stripe account ${known.stripeAccountId}, but the key is of ${books.stripeAccountId}: ` +
        'use a key of that account, or another database.',
    )
  }
}
