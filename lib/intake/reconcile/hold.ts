import { and, desc, eq, sql } from 'drizzle-orm'
import { sweeps, type Database, type Transaction } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { log } from '@/lib/log'

/** A sweep that this process works on. */
export interface HeldSweep {
  id: number
  since: Date
  /** Null: up to now. */
  until: Date | null
  begunAt: Date
  walk: number
  cursor: string | null
  /** Begun by an earlier process, which did not end it. */
  isResumed: boolean
}

export interface HoldOptions {
  db: Database
  /** Who works on it: unique among processes. */
  holder: string
  begunBy: 'nightly' | 'by_hand'
  /** Null: from a little before the last sweep that came to its end; without one, from the beginning of the books. */
  since: Date | null
}

/** A process that died is replaced after it; one that lives renews it well before. */
const holdSeconds = 15
const heldUntil = sql`clock_timestamp() + make_interval(secs => ${holdSeconds})`
/** What Stripe made before and finished after: an invoice is made days before it is paid. */
const overlapDays = 3
/** What happened just now may still be on its way, and is not lost: nobody is told in the morning of what came by itself. */
const onItsWayMs = 10 * 60_000

/**
 * Takes up the sweep that nobody works on any more, or begins one.
 * @returns null while another process works on one
 */
export async function holdSweep(actor: Actor, options: HoldOptions): Promise<HeldSweep | null> {
  requireRole(actor, 'admin')
  const { db, holder, since } = options
  return db.transaction(async (tx) => {
    const [running] = await tx
      .select({
        id: sweeps.id,
        since: sweeps.since,
        isHeld: sql<boolean>`coalesce(held_until > clock_timestamp(), false)`,
      })
      .from(sweeps)
      .where(eq(sweeps.state, 'running'))
      .for('update')
    if (running?.isHeld) return null
    if (running && (since === null || running.since <= since)) {
      const [row] = await tx
        .update(sweeps)
        .set({ heldBy: holder, heldUntil, error: null })
        .where(eq(sweeps.id, running.id))
        .returning()
      return row ? { ...row, until: untilOf(row), isResumed: true } : null
    }
    return begin(tx, actor, { ...options, insteadOf: running?.id ?? null })
  })
}

/**
 * Begins a sweep, in place of one that does not reach so far.
 * @param options.holder null: nobody works on it yet, and whoever comes first takes it up
 * @returns null where another has just begun
 */
export async function begin(
  tx: Transaction,
  actor: Actor,
  options: Omit<HoldOptions, 'db' | 'holder'> & { holder: string | null; insteadOf: number | null },
): Promise<HeldSweep | null> {
  if (options.insteadOf !== null) {
    await tx
      .update(sweeps)
      .set({
        state: 'abandoned',
        finishedAt: wallNow(),
        error: 'One that reaches further back took its place.',
      })
      .where(eq(sweeps.id, options.insteadOf))
  }
  const begunAt = await programmeNow(tx)
  const since = options.since ?? (await usualSince(tx))
  const startedAt = wallNow()
  const [row] = await tx
    .insert(sweeps)
    .values({
      begunBy: options.begunBy,
      state: 'running',
      since,
      begunAt,
      startedAt,
      heldBy: options.holder,
      heldUntil: options.holder === null ? null : heldUntil,
    })
    .onConflictDoNothing()
    .returning()
  if (!row) return null
  await noteWhatIsOpen(tx, row.id, since)
  await writeAudit(tx, {
    actor,
    action: 'sweep.begin',
    subjectId: String(row.id),
    after: { since: since.toISOString(), begunBy: options.begunBy },
    at: begunAt,
  })
  return { ...row, until: untilOf(row), isResumed: false }
}

/** Whoever asks by hand wants all that there is. */
function untilOf({ begunBy, begunAt }: Pick<typeof sweeps.$inferSelect, 'begunBy' | 'begunAt'>): Date | null {
  return begunBy === 'nightly' ? new Date(begunAt.getTime() - onItsWayMs) : null
}

async function usualSince(tx: Transaction): Promise<Date> {
  const [last] = await tx
    .select({ begunAt: sweeps.begunAt })
    .from(sweeps)
    .where(eq(sweeps.state, 'done'))
    .orderBy(desc(sweeps.id))
    .limit(1)
  const [beginning] = await tx.execute<{ at: Date | string }>(sql`
    select least((select started_at from programme), (select min(created_at) from inbox_events)) as at`)
  const from = last?.begunAt ?? new Date(beginning?.at ?? 0)
  return new Date(from.getTime() - overlapDays * 86_400_000)
}

/**
 * What the books take for open: unpaid invoices, pending refunds, open disputes, running subscriptions, our own codes, and the transfers
 * of the sweep's time that they say are paid.
 */
async function noteWhatIsOpen(tx: Transaction, sweepId: number, since: Date): Promise<void> {
  const created = sql`to_timestamp((body->>'createdAt')::double precision)`
  const latest = (kind: string) => sql`
    select distinct on (object_id) object_id, body from facts where kind = ${kind}
    order by object_id, observed_at desc, id desc`
  await tx.execute(sql`
    insert into sweep_open (sweep_id, kind, object_id, created_at)
    select ${sweepId}::bigint, kind, object_id, coalesce(created_at, to_timestamp(0)) from (
      select 'subscription' as kind, id as object_id, started_at as created_at from subscriptions
        where ended_at is null and status <> 'incomplete_expired'
      union all
      select 'invoice', i.id, null from invoices i where i.status in ('draft', 'open')
      union all
      select 'refund', object_id, ${created} from (${latest('refund')}) as refunds
        where body->>'status' in ('pending', 'requires_action')
      union all
      select 'dispute', object_id, ${created} from (${latest('dispute')}) as disputes
        where body->>'status' not in ('won', 'lost', 'warning_closed', 'prevented')
      union all
      select 'promotion_code', stripe_promotion_code_id, created_at from codes
        where stripe_promotion_code_id is not null and status <> 'gone'
      union all
      select 'transfer', reference, paid_at from payouts
        where method = 'stripe' and state = 'paid' and paid_at >= ${since.toISOString()}::timestamptz
      union all
      select distinct 'coupon', stripe_coupon_id, min(created_at) over (partition by stripe_coupon_id) from codes
        where stripe_promotion_code_id is not null and status <> 'gone'
    ) as open
    on conflict do nothing`)
}

/** Somebody else has taken the sweep over. */
export class SweepLost extends Error {
  override readonly name = 'SweepLost'
}

/** Where a sweep stands, written with what was done up to there. Throws SweepLost. */
export async function standAt(
  tx: Transaction,
  { id, holder }: { id: number; holder: string },
  place: { walk: number; cursor: string | null; calls: number; limited: number },
): Promise<void> {
  const rows = await tx
    .update(sweeps)
    .set({
      walk: place.walk,
      cursor: place.cursor,
      calls: sql`${sweeps.calls} + ${place.calls}`,
      limited: sql`${sweeps.limited} + ${place.limited}`,
      heldUntil,
    })
    .where(and(eq(sweeps.id, id), eq(sweeps.heldBy, holder), eq(sweeps.state, 'running')))
    .returning({ id: sweeps.id })
  if (rows.length === 0) throw new SweepLost('Another process has taken this sweep over.')
}

/** Renews the hold until it is stopped. */
export function keepHold(db: Database, id: number, holder: string): { stop(): void } {
  const timer = setInterval(() => {
    db.execute(
      sql`update sweeps set held_until = ${heldUntil} where id = ${id} and held_by = ${holder} and state = 'running'`,
    ).catch((error: unknown) => log.warn({ sweepId: id, error }, 'a sweep’s hold could not be renewed'))
  }, holdSeconds * 333)
  return { stop: () => clearInterval(timer) }
}

/** Leaves a sweep to whoever comes next, who takes it up where it stands. */
export async function letGo(db: Database, id: number, holder: string, why: string | null): Promise<void> {
  await db
    .update(sweeps)
    .set({ heldBy: null, heldUntil: null, error: why })
    .where(and(eq(sweeps.id, id), eq(sweeps.heldBy, holder), eq(sweeps.state, 'running')))
}
