import { sql } from 'drizzle-orm'
import { programme, type Querying } from '@/db'

/** The machine's own time: for signatures and time-outs. */
export function wallNow(): Date {
  return new Date()
}

/** The database's time, which all processes share: for what one of them leaves to be done and another takes up when it is due. */
export async function sharedNow(db: Querying): Promise<Date> {
  const [row] = await db.execute<{ now: string }>(sql`select clock_timestamp() as now`)
  return row ? new Date(row.now) : wallNow()
}

/**
 * The programme's time: for days, terms and everything that is written into the books. The wall's, except on sandbox books, where
 * the clock can be moved ahead.
 */
export async function programmeNow(db: Querying): Promise<Date> {
  const [row] = await db.select({ offset: programme.clockOffsetSeconds }).from(programme)
  return new Date(wallNow().getTime() + (row?.offset ?? 0) * 1000)
}
