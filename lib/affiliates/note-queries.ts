import 'server-only'
import { desc, eq, sql } from 'drizzle-orm'
import { administrators, affiliateNotes, database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

export interface Note {
  id: number
  text: string
  at: Date
  /** An administrator's address, else what else wrote it. */
  writtenBy: string
}

/** What was written about an affiliate, the latest first: for the console alone. */
export async function listNotes(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<Note[]> {
  requireViewer(actor)
  return db
    .select({
      id: affiliateNotes.id,
      text: affiliateNotes.text,
      at: affiliateNotes.at,
      writtenBy: sql<string>`coalesce(${administrators.email}, ${affiliateNotes.writtenBy})`,
    })
    .from(affiliateNotes)
    .leftJoin(administrators, eq(administrators.id, affiliateNotes.writtenBy))
    .where(eq(affiliateNotes.affiliateId, affiliateId))
    .orderBy(desc(affiliateNotes.id))
}
