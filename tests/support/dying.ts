import { sql } from 'drizzle-orm'
import { connect, type Database } from '@/db'
import type { PayoutStep, Watch } from '@/lib/payouts/steps'
import type { TestDatabase } from './database'

let victims = 0

/**
 * Does a work on connections of its own that are cut at a step, for ever: nothing after it is done, nothing is tidied up, and what was not
 * committed is gone, as where the process is killed.
 * @returns whether the step was reached; if not, the work was done whole
 */
export async function dieAt(
  database: TestDatabase,
  step: PayoutStep,
  work: (db: Database, watch: Watch) => Promise<unknown>,
): Promise<boolean> {
  const applicationName = `victim-${process.pid}-${++victims}`
  const victim = connect(database.url, { max: 4, applicationName })
  let reached = false
  let fall = () => {}
  const fallen = new Promise<void>((resolve) => (fall = resolve))
  const never = new Promise<void>(() => {})
  const watch: Watch = (at) => {
    if (at !== step && !reached) return undefined
    reached = true
    fall()
    return never
  }
  const done = work(victim.db, watch).catch(() => undefined)
  await Promise.race([fallen, done])
  // From now on it asks for nothing more; then what it was in the middle of is cut off.
  const closed = victim.close().catch(() => undefined)
  if (reached) await cut(database, applicationName)
  else await closed
  return reached
}

/** Those that are in the middle of something; the others end by themselves, since nothing more is asked. */
async function cut(database: TestDatabase, applicationName: string): Promise<void> {
  const superuser = connect(database.superuserUrl, { max: 1 })
  try {
    for (let left = 1; left > 0;) {
      const [row] = await superuser.db.execute<{ left: number }>(sql`
        select count(*)::int as left,
               count(*) filter (where state like 'idle in transaction%' and pg_terminate_backend(pid)) as cut
        from pg_stat_activity where application_name = ${applicationName}`)
      left = row?.left ?? 0
    }
  } finally {
    await superuser.close()
  }
}
