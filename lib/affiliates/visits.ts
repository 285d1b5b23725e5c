import 'server-only'
import { and, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { affiliates, database, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'

/** After so long without a page, the next one begins a visit: a glance at lunch and one in the evening are two. */
export const visitMinutes = 30

/**
 * The end of the visit before this one, by the programme's time; null: this is the first.
 * @param now the programme's time
 */
export async function findLastVisit(
  actor: Actor,
  affiliateId: string,
  now: Date,
  db: Querying = database(),
): Promise<Date | null> {
  requireAffiliate(actor, affiliateId)
  const [row] = await db
    .select({ seenAt: affiliates.seenAt, seenBeforeAt: affiliates.seenBeforeAt })
    .from(affiliates)
    .where(eq(affiliates.id, affiliateId))
  if (!row?.seenAt) return null
  return row.seenAt < visitBegins(now) ? row.seenAt : row.seenBeforeAt
}

/**
 * Notes that an affiliate looks at their portal now. Not audited: it decides nothing.
 * @throws TributaryError not_found for anybody else, the console too: their looking is no visit
 */
export async function recordVisit(
  actor: Actor,
  visit: { affiliateId: string; now: Date },
  db: Querying = database(),
): Promise<void> {
  if (actor.kind !== 'person' || actor.affiliateId !== visit.affiliateId) {
    throw new TributaryError('not_found', 'There is no such affiliate.')
  }
  const { affiliateId, now } = visit
  const begins = visitBegins(now).toISOString()
  await db
    .update(affiliates)
    .set({
      seenAt: now,
      seenBeforeAt: sql`case when ${affiliates.seenAt} < ${begins}::timestamptz then ${affiliates.seenAt} else ${affiliates.seenBeforeAt} end`,
    })
    .where(and(eq(affiliates.id, affiliateId), or(isNull(affiliates.seenAt), lt(affiliates.seenAt, now))))
}

function visitBegins(now: Date): Date {
  return new Date(now.getTime() - visitMinutes * 60_000)
}
