import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { env } from '@/lib/env'
import { setUpProgramme } from '@/lib/programme/set-up-programme'

/**
 * What the programme is called and from which day on it earns, as `setup programme` takes it.
 * @throws TributaryError forbidden, invalid (field `earnsFrom` or `name`), conflict once anything stands in the ledger
 */
export async function takeFirstTerms(
  actor: Actor,
  first: { name: string; earnsFrom: string },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  // Of which account they are was asked as the books were opened.
  const books = { booksMode: env().booksMode, stripeAccountId: null }
  await setUpProgramme(actor, { ...first, books }, { db })
}
