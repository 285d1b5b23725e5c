import { sql } from 'drizzle-orm'
import type { Querying } from '@/db'
import { keptAnswer } from '@/lib/kept-answer'
import { among } from '@/lib/rows'
import type { PayoutState } from './rules'

export interface CountOfPayouts {
  runId: string
  currency: string
  state: PayoutState
  count: number
  /** In minor units. */
  amount: string
}

/** So many payouts take tens of milliseconds to add up. */
const many = 2_000
const underWay: readonly string[] = ['approved', 'sending', 'unknown']

/**
 * What runs are made of, by currency and state. Of runs that are over nearly all is paid, and what is not is found by itself: as long as
 * that is the same, so is the whole, which is then not added up again.
 */
export async function countPayouts(
  db: Querying,
  runs: readonly { id: string; state: 'draft' | 'approved' | 'discarded' }[],
): Promise<CountOfPayouts[]> {
  const ids = runs.map(({ id }) => id)
  const unusual = await db.execute<{ runId: string; state: string; count: number }>(sql`
    select run_id as "runId", state, count(*)::int as count from payouts
    where ${among(sql`run_id`, ids)} and state not in ('draft', 'paid') group by 1, 2 order by 1, 2`)
  const isOver = ({ id, state }: (typeof runs)[number]) =>
    state === 'approved' && !unusual.some((row) => row.runId === id && underWay.includes(row.state))
  const over = runs.filter(isOver).map(({ id }) => id)
  const seen = unusual.filter(({ runId }) => over.includes(runId))
  const kept = await keptAnswer(db, `payouts of ${JSON.stringify([over, seen])}`, async () => {
    const answer = await count(db, over)
    return { answer, dear: answer.reduce((sum, row) => sum + row.count, 0) > many }
  })
  return [
    ...kept,
    ...(await count(
      db,
      ids.filter((id) => !over.includes(id)),
    )),
  ]
}

async function count(db: Querying, ids: readonly string[]): Promise<CountOfPayouts[]> {
  if (ids.length === 0) return []
  const rows = await db.execute<CountOfPayouts & Record<string, unknown>>(sql`
    select run_id as "runId", currency, state, count(*)::int as count, sum(amount_minor)::text as amount from payouts
    where ${among(sql`run_id`, ids)} group by 1, 2, 3 order by 2`)
  return [...rows]
}
