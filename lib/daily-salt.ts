import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { eq, lt } from 'drizzle-orm'
import { visitors, visitSalts, type Querying } from '@/db'
import type { Day } from '@/lib/calendar'

/** The day's salt. The first who asks on a day makes it, and former days' go, with the hashes made with them. */
export async function dailySalt(db: Querying, day: Day): Promise<string> {
  const known = await read(db, day)
  if (known !== undefined) return known
  await db
    .insert(visitSalts)
    .values({ day, salt: randomBytes(32).toString('base64url') })
    .onConflictDoNothing()
  await db.delete(visitors).where(lt(visitors.day, day))
  await db.delete(visitSalts).where(lt(visitSalts.day, day))
  return (await read(db, day)) ?? ''
}

async function read(db: Querying, day: Day): Promise<string | undefined> {
  const [row] = await db.select({ salt: visitSalts.salt }).from(visitSalts).where(eq(visitSalts.day, day))
  return row?.salt
}

/** What is kept of a visitor, for a day. */
export function saltedHash(salt: string, parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([salt, ...parts]))
    .digest('base64url')
}
