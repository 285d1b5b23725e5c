import 'server-only'
import { count } from 'drizzle-orm'
import { database, settlementQueue, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'

/** How many customers and payments are still to be settled anew, after decisions and after signs of a code that came late. */
export async function countSettlingAnew(actor: Actor, db: Querying = database()): Promise<number> {
  requireViewer(actor)
  const [row] = await db.select({ left: count() }).from(settlementQueue)
  return row?.left ?? 0
}
