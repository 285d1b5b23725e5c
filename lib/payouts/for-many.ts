import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'

/** From so many payouts on, a set is joined as one. */
const many = 500

/**
 * Statements over a whole run. PostgreSQL has no figures yet of rows that were written a moment ago and takes a hundred thousand for
 * one: it would loop over all of one for each of the other, which takes hours.
 */
export async function forMany<T>(tx: Transaction, payouts: number, work: () => Promise<T>): Promise<T> {
  if (payouts < many) return work()
  await tx.execute(sql`set local enable_nestloop = off`)
  await tx.execute(sql`set local work_mem = '64MB'`)
  const result = await work()
  await tx.execute(sql`set local enable_nestloop = on`)
  return result
}
