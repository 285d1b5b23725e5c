import 'server-only'
import { sql } from 'drizzle-orm'
import { requireRole, type Actor } from '@/lib/actor'
import { reviewNeighbours } from '@/lib/anomalies/review-neighbours'
import { programmeNow, wallNow } from '@/lib/clock'
import type { Database } from '@/db'
import { ledgerDigest, ledgerLines } from '@/lib/ledger/digest'
import type { Fact } from './facts'
import { openScratchBooks } from './scratch-books'
import { settleFacts } from './settle-facts'
import { settleQueued } from './settle-queue'

export type ReplayOrder = { kind: 'recorded' } | { kind: 'reverse' } | { kind: 'random'; seed: string }

export interface Replayed {
  facts: number
  /** Of the books, and of what came of their facts. */
  digest: string
  replayedDigest: string
  same: boolean
  /** The first twenty lines that only one of the two has: `-` the books, `+` the replay. */
  differences: string[]
}

const usualBatch = 200
const mostDifferences = 20

/**
 * Rebuilds the ledger from the stored facts beside the books, asking Stripe nothing, and compares.
 * @param options.url the owner's login: a schema is made and dropped
 * @param options.batch how many facts a transaction takes; the fewer, the more the order is tried
 */
export async function replayBooks(
  actor: Actor,
  options: { url: string; order: ReplayOrder; batch?: number },
): Promise<Replayed> {
  requireRole(actor, 'admin')
  const { url, order, batch = usualBatch } = options
  const scratch = await openScratchBooks(url)
  try {
    const ids = await idsInOrder(scratch.db, order)
    for (let from = 0; from < ids.length; from += batch) {
      await feed(scratch.db, ids.slice(from, from + batch))
    }
    await settleWhatFollows(scratch.db)
    const replayedDigest = await ledgerDigest(scratch.db)
    const { digest } = scratch
    const same = replayedDigest === digest
    const differences = same ? [] : await differencesOf(scratch.db)
    return { facts: ids.length, digest, replayedDigest, same, differences }
  } finally {
    await scratch.close()
  }
}

/**
 * What is known of discounts, promotion codes and coupons comes before all else, in every order: an object that carries one is never taken in
 * without it (`ask.ts`), so its evidence is read off only then.
 */
async function idsInOrder(db: Database, order: ReplayOrder): Promise<string[]> {
  const by =
    order.kind === 'recorded'
      ? sql`id`
      : order.kind === 'reverse'
        ? sql`id desc`
        : sql`md5(id::text || ${order.seed}), id`
  const rows = await db.execute<{ id: string }>(sql`
    select id::text as id from source_facts order by kind in ('discount', 'promotion_code', 'coupon') desc, ${by}`)
  return rows.map((row) => row.id)
}

interface StoredFact extends Record<string, unknown> {
  place: string
  kind: string
  objectId: string
  observedAt: Date | string
  eventId: string | null
  customerId: string | null
  invoiceId: string | null
  paymentId: string | null
  subscriptionId: string | null
  body: unknown
}

async function feed(db: Database, ids: readonly string[]): Promise<void> {
  const rows = await db.execute<StoredFact>(sql`
    select id::text as place, kind, object_id as "objectId", observed_at as "observedAt", event_id as "eventId",
      customer_id as "customerId", invoice_id as "invoiceId", payment_id as "paymentId",
      subscription_id as "subscriptionId", body
    from source_facts where id = any(${sql.param([...ids])}::bigint[])`)
  const byId = new Map(rows.map((row) => [row.place, row]))
  const facts = ids.flatMap((id): Fact[] => {
    const row = byId.get(id)
    if (row === undefined) return []
    const { place: _place, observedAt, ...fact } = row
    return [{ ...fact, observedAt: new Date(observedAt) }]
  })
  await db.transaction(async (tx) => {
    await settleFacts(tx, facts, { recordedAt: await programmeNow(tx), wallNow: wallNow() })
  })
}

/** Rules that look across payments, and payments to be judged anew, until nothing is left. */
async function settleWhatFollows(db: Database): Promise<void> {
  for (;;) {
    const done = (await reviewNeighbours(db, 5_000)) + (await settleQueued(db, 200))
    const [left] = await db.execute<{ error: string | null; left: boolean }>(sql`
      select (select min(error) from settlement_queue) as error,
        exists (select from settlement_queue) or exists (select from anomaly_marks) as left`)
    if (left?.error) throw new Error(`What follows from the facts cannot be settled: ${left.error}`)
    if (!left?.left) return
    // The books' own review holds the lock for a moment.
    if (done === 0) await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function differencesOf(db: Database): Promise<string[]> {
  const rows = await db.execute<{ line: string }>(sql`
    select line from (
      (select '- ' || line as line from (select line from expected_lines except (${ledgerLines})) lost)
      union all
      (select '+ ' || line from ((${ledgerLines}) except select line from expected_lines) gained)
    ) differing order by substr(line, 3), line limit ${mostDifferences}`)
  return rows.map((row) => row.line)
}
