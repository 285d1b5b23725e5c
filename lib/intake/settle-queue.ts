import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { programmeNow, wallNow } from '@/lib/clock'
import { log } from '@/lib/log'
import { settleFacts } from './settle-facts'

interface Claim {
  subjectId: string
  kind: 'payment' | 'customer'
  attempts: number
  /** When it is tried again, to the microsecond: another one means that it was enqueued anew meanwhile. */
  until: string
}

/** Settles what is enqueued, one transaction a batch; what fails is tried again by itself, later. */
export async function settleQueued(db: Database, limit: number): Promise<number> {
  return settleClaimed(db, await claim(db, limit))
}

/** A worker that dies with a claim is replaced after it. */
const claimSeconds = 30

/**
 * Claimed and committed before it is settled: decisions enqueue under the locks of what they are about, so the queue's own rows come
 * last for everybody, and nobody waits in a circle.
 */
async function claim(db: Database, limit: number): Promise<Claim[]> {
  const rows = await db.execute<{
    subject_id: string
    kind: Claim['kind']
    attempts: number
    until: string
  }>(sql`
    update settlement_queue set attempts = attempts + 1,
      next_attempt_at = clock_timestamp() + make_interval(secs => ${claimSeconds})
    where subject_id in (
      select subject_id from settlement_queue where next_attempt_at <= clock_timestamp()
      order by next_attempt_at, subject_id limit ${limit} for update skip locked)
    returning subject_id, kind, attempts, next_attempt_at::text as until`)
  return rows.map(({ subject_id: subjectId, ...row }) => ({ subjectId, ...row }))
}

async function settleClaimed(db: Database, claims: readonly Claim[]): Promise<number> {
  const [only] = claims
  if (only === undefined) return 0
  try {
    await settleTogether(db, claims)
    return claims.length
  } catch (error) {
    if (claims.length === 1) {
      await postpone(db, only, error)
      return 0
    }
  }
  let settled = 0
  for (const each of claims) settled += await settleClaimed(db, [each])
  return settled
}

async function settleTogether(db: Database, claims: readonly Claim[]): Promise<void> {
  const ids = (kind: Claim['kind']) =>
    claims.filter((each) => each.kind === kind).map((each) => each.subjectId)
  const done = sql.join(
    claims.map(({ subjectId, until }) => sql`(${subjectId}, ${until}::timestamptz)`),
    sql`, `,
  )
  await db.transaction(async (tx) => {
    const clock = { recordedAt: await programmeNow(tx), wallNow: wallNow() }
    await settleFacts(tx, [], clock, { paymentIds: ids('payment'), customerIds: ids('customer') })
    await tx.execute(
      sql`delete from settlement_queue where (subject_id, next_attempt_at) in (values ${done})`,
    )
  })
}

async function postpone(db: Database, { subjectId, attempts, until }: Claim, error: unknown): Promise<void> {
  log.error({ subjectId, error }, 'an enqueued settlement failed')
  await db.execute(sql`
    update settlement_queue set error = ${String(error).slice(0, 500)},
      next_attempt_at = clock_timestamp() + make_interval(secs => ${Math.min(2 ** attempts, 3_600)})
    where subject_id = ${subjectId} and next_attempt_at = ${until}::timestamptz`)
}
