import 'server-only'
import { eq } from 'drizzle-orm'
import { database, sweeps, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { dayOf, startOfDay, type Day } from '@/lib/calendar'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { begin } from './hold'

/**
 * Has the worker sweep over everything since a day, as `reconcile --since` does: it takes it up within half a minute, and whoever comes
 * after it goes on where it stood.
 * @returns the sweep's number
 * @throws TributaryError forbidden, invalid (`since`) for a day to come, conflict while one that reaches as far back is under way
 */
export async function askForSweep(actor: Actor, since: Day, db: Database = database()): Promise<number> {
  requireRole(actor, 'admin')
  const from = new Date(startOfDay(since) * 1000)
  return db.transaction(async (tx) => {
    const today = dayOf(Math.floor((await programmeNow(tx)).getTime() / 1000))
    if (since > today) throw new TributaryError('invalid', 'A day that has come is wanted.', 'since')
    const [running] = await tx
      .select({ id: sweeps.id, since: sweeps.since })
      .from(sweeps)
      .where(eq(sweeps.state, 'running'))
      .for('update')
    const reachesAsFar = running && running.since <= from
    const sweep = reachesAsFar
      ? null
      : await begin(tx, actor, {
          holder: null,
          begunBy: 'by_hand',
          since: from,
          insteadOf: running?.id ?? null,
        })
    if (sweep === null)
      throw new TributaryError('conflict', 'A sweep that reaches as far back is under way already.')
    return sweep.id
  })
}
