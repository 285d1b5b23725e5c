import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { programmeNow } from '@/lib/clock'
import { log } from '@/lib/log'
import type { Stripe } from '@/lib/stripe/client'
import { inParallel, read } from '@/lib/stripe/read'
import { askForWait, type Wait } from '../ask-waiting'
import type { Fact, Kind } from '../facts'
import type { Sighting } from './sightings'

/** What is waited for because of what a sweep has healed, asked at once in place of by and by. */
export async function askForWaits(
  db: Database,
  stripe: Stripe,
  page: { sweepId: number; cursor: string | null; limit: number },
): Promise<{ sightings: Sighting[]; cursor: string | null }> {
  const rows = await db.execute<{ subject_id: string; kind: Wait['kind'] }>(sql`
    select w.subject_id, w.kind from waits w
    where w.kind || ' ' || w.subject_id > ${page.cursor ?? ''}
      and exists (select from sweep_findings f where f.sweep_id = ${page.sweepId}
                  and (f.payment_id = w.subject_id or (w.kind = 'invoice_payment' and f.invoice_id = w.subject_id)))
    order by w.kind || ' ' || w.subject_id limit ${page.limit}`)
  const now = await programmeNow(db)
  const sightings = new Map<string, Sighting>()
  await inParallel(rows, 8, async ({ subject_id: subjectId, kind }) => {
    try {
      for (const sighting of apart(await askForWait(db, stripe, { subjectId, kind }, now))) {
        sightings.set(`${sighting.kind} ${sighting.objectId}`, sighting)
      }
    } catch (error) {
      // It stays waited for, and is asked again by and by.
      log.warn({ subjectId, waitingFor: kind, error }, 'Stripe could not be asked')
    }
  })
  const last = rows.at(-1)
  const isOver = rows.length < page.limit || last === undefined
  return {
    sightings: [...sightings.values()],
    cursor: isOver ? null : `${last.kind} ${last.subject_id}`,
  }
}

/** An object each; what has no object of its own (a discount) goes with the first. */
function apart(facts: readonly Fact[]): Sighting[] {
  const own = facts.filter(({ kind }) => kind in read)
  const rest = facts.filter(({ kind }) => !(kind in read))
  return own.map((fact, n) => ({
    kind: fact.kind as Kind, // written by its kind
    objectId: fact.objectId,
    facts: n === 0 ? [fact, ...rest] : [fact],
    problem: null,
    isAside: true,
  }))
}
