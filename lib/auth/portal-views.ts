import 'server-only'
import { and, eq, gt, isNull, lte } from 'drizzle-orm'
import {
  administrators,
  affiliates,
  database,
  portalViews,
  type Database,
  type Querying,
  type Transaction,
} from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { newId } from '@/lib/ids'
import { sha256 } from './digest'

export type Watcher = Extract<Actor, { kind: 'watcher' }>

/** An administrator sees a portal for so long. */
export const viewMinutes = 30

const isOpen = isNull(portalViews.endedAt)

/**
 * An administrator sees the portal as an affiliate does, in this one session, for half an hour. A view that was open in it ends.
 * @param input.sessionToken of the browser that asks
 * @throws TributaryError forbidden, not_found
 */
export async function beginPortalView(
  actor: Actor,
  input: { affiliateId: string; sessionToken: string },
  now: Date,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  if (actor.kind !== 'person' || actor.administrator === null)
    throw new TributaryError('forbidden', 'This needs a person.')
  const { id: administratorId } = actor.administrator
  const { affiliateId } = input
  const sessionToken = sha256(input.sessionToken)
  await db.transaction(async (tx) => {
    // Two that begin at once in one session come one after the other.
    await tx.select().from(administrators).where(eq(administrators.id, administratorId)).for('update')
    const [affiliate] = await tx
      .select({ id: affiliates.id })
      .from(affiliates)
      .where(eq(affiliates.id, affiliateId))
    if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
    await endViews(tx, actor, eq(portalViews.sessionToken, sessionToken), now)
    const until = new Date(now.getTime() + viewMinutes * 60_000)
    const id = newId('view')
    await tx
      .insert(portalViews)
      .values({ id, administratorId, affiliateId, sessionToken, beganAt: now, until })
    const at = await programmeNow(tx)
    const after = { view: id, until }
    await writeAudit(tx, { actor, action: 'portal_view.begin', subjectId: affiliateId, after, at })
  })
}

/** Ends what is open in this session. @returns whose portal it was; null: none was open */
export async function endPortalView(
  actor: Actor,
  sessionToken: string,
  now: Date,
  db: Database = database(),
): Promise<string | null> {
  requireRole(actor, 'admin')
  return db.transaction(async (tx) => {
    const [ended] = await endViews(tx, actor, eq(portalViews.sessionToken, sha256(sessionToken)), now)
    return ended ?? null
  })
}

/** Notes the end of views whose time is up. @returns how many */
export async function endOverduePortalViews(db: Database, now: Date): Promise<number> {
  const system: Actor = { kind: 'system', job: 'portal-views' }
  return db.transaction(async (tx) => (await endViews(tx, system, lte(portalViews.until, now), now)).length)
}

/** Who they are while they look; null: they do not, their time is up, or they may look no more. */
export async function findWatcher(
  person: Extract<Actor, { kind: 'person' }>,
  sessionToken: string,
  now: Date,
  db: Querying = database(),
): Promise<Watcher | null> {
  const { administrator, email } = person
  if (administrator?.role !== 'admin') return null
  const [view] = await db
    .select({ affiliateId: portalViews.affiliateId, until: portalViews.until })
    .from(portalViews)
    .where(
      and(
        eq(portalViews.sessionToken, sha256(sessionToken)),
        eq(portalViews.administratorId, administrator.id),
        isOpen,
        gt(portalViews.until, now),
      ),
    )
  return view ? { kind: 'watcher', administratorId: administrator.id, email, ...view } : null
}

async function endViews(
  tx: Transaction,
  actor: Actor,
  which: ReturnType<typeof eq>,
  now: Date,
): Promise<string[]> {
  const ended = await tx.update(portalViews).set({ endedAt: now }).where(and(which, isOpen)).returning()
  const at = await programmeNow(tx)
  for (const { id, affiliateId, administratorId, beganAt, until } of ended) {
    const before = { view: id, administratorId, beganAt }
    const after = { endedAt: now < until ? now : until }
    const deed = { actor, action: 'portal_view.end', subjectId: affiliateId, before, after, at }
    await writeAudit(tx, deed)
  }
  return ended.map(({ affiliateId }) => affiliateId)
}
