import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import type { Actor } from '@/lib/actor'
import { getOperationSettings } from './queries'

const janitor: Actor = { kind: 'system', job: 'expire-payloads' }

/**
 * Makes room for the months to come and drops Stripe's bodies that are older than the retention term, by whole months. Facts, events
 * and their outcomes stay, so that nothing that was settled changes; a month with an event that is still to be settled stays too.
 * @param now the machine's time
 * @returns how many months were dropped
 */
export async function expirePayloads(db: Database, now: Date): Promise<number> {
  const today = now.toISOString().slice(0, 10)
  await db.execute(sql`select ensure_payload_partitions(${today}::date, 13)`)
  const { payloadMonths } = await getOperationSettings(janitor, db)
  if (payloadMonths === null) return 0
  const [row] = await db.execute<{ dropped: number }>(
    sql`select expire_payloads((${today}::date - make_interval(months => ${payloadMonths}::int))::date) as dropped`,
  )
  return row?.dropped ?? 0
}
