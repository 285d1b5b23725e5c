import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'

const key = sql`hashtextextended('decisions', 0)`

/** Taken first by every settlement. They do not wait for one another. */
export async function lockForSettling(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${key})`)
}

/**
 * Taken first by a decision that many payments may hang on: waits for the settlements under way, so that the decision sees all they
 * wrote and enqueues it, and has those that come wait, so that they see the decision. Nothing falls between the two.
 */
export async function lockForDecision(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${key})`)
}
