import { programme, type Querying } from '@/db'

/** The machine's own time: for signatures, leases and time-outs. */
export function wallNow(): Date {
  return new Date()
}

/**
 * The programme's time: for days, terms and everything that is written into the books. The wall's, except on sandbox books, where
 * the clock can be moved ahead.
 */
export async function programmeNow(db: Querying): Promise<Date> {
  const [row] = await db.select({ offset: programme.clockOffsetSeconds }).from(programme)
  return new Date(wallNow().getTime() + (row?.offset ?? 0) * 1000)
}
