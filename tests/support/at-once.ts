import { sql } from 'drizzle-orm'
import { connect, type Database, type Transaction } from '@/db'
import { programmeNow } from '@/lib/clock'
import { readBatch } from '@/lib/intake/ask'
import type { Fact } from '@/lib/intake/facts'
import { settleFacts } from '@/lib/intake/settle-facts'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import type { Books } from './books'

/** What an event says, with all that Stripe had to be asked for. */
export async function factsOf(books: Books, event: SandboxEvent): Promise<Fact[]> {
  const leased = {
    id: event.id,
    type: event.type,
    apiVersion: event.api_version ?? null,
    objectId: String((event.data.object as { id: string }).id), // every handled object has one
    createdAt: new Date(event.created * 1000),
    attempts: 1,
    body: event,
  }
  const asking = { stripe: books.stripe, now: await programmeNow(books.db), untilMs: Date.now() + 10_000 }
  const { ready, asked } = await readBatch(books.db, [leased], asking)
  const [reading] = [...ready, ...(await asked)]
  if (!reading || reading.error) throw reading?.error
  return reading.facts
}

export interface Held {
  /** Its work is done, and not committed. */
  reached: Promise<void>
  letGo: () => void
  committed: Promise<void>
}

/** Works in a transaction that stays open until it is let go. */
export function holdOpen(db: Database, work: (tx: Transaction) => Promise<unknown>): Held {
  let letGo = () => {}
  let reach = () => {}
  const reached = new Promise<void>((resolve) => (reach = resolve))
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const committed = db.transaction(async (tx) => {
    await work(tx)
    reach()
    await held
  })
  committed.catch(reach)
  return { reached, letGo, committed }
}

/** Settles an event in a transaction that stays open until it is let go. */
export async function settleAndHold(books: Books, db: Database, event: SandboxEvent): Promise<Held> {
  const facts = await factsOf(books, event)
  return holdOpen(db, async (tx) =>
    settleFacts(tx, facts, { recordedAt: await programmeNow(tx), wallNow: new Date() }),
  )
}

/** Resolves when a transaction of these books waits for another's lock, or `instead` has happened. */
export async function somebodyWaits(db: Database, instead: Promise<unknown>): Promise<void> {
  let over = false
  const end = () => (over = true)
  instead.then(end, end)
  while (!over) {
    const [row] = await db.execute<{ waiting: boolean }>(sql`
      select exists (select from pg_stat_activity
                     where datname = current_database() and wait_event_type = 'Lock') as waiting`)
    if (row?.waiting) return
  }
}

/** The second waits for the first where it must; then both are let go and end. */
export async function meet(db: Database, first: Held, second: () => Held | Promise<Held>): Promise<void> {
  await first.reached
  const other = await second()
  await somebodyWaits(db, other.reached)
  first.letGo()
  other.letGo()
  const ends = await Promise.allSettled([first.committed, other.committed])
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/**
 * Begins all at once and lets none write to the table before each has read what it reads, as far as locks of their own let it, or has
 * found that it has nothing to write.
 * @param database its superuser's address
 */
export async function meetBeforeWriting(
  database: string,
  table: string,
  works: readonly (() => Promise<unknown>)[],
): Promise<PromiseSettledResult<unknown>[]> {
  const { db, close } = connect(database, { max: 2 })
  try {
    const gate = holdOpen(db, (tx) =>
      // Reads go on; https://www.postgresql.org/docs/current/explicit-locking.html
      tx.execute(sql`lock table ${sql.identifier(table)} in share row exclusive mode`),
    )
    await gate.reached
    let over = 0
    const ended = () => (over += 1)
    const begun = works.map((work) => work())
    for (const work of begun) work.then(ended, ended)
    const all = Promise.allSettled(begun)
    let waiting = 0
    while (waiting + over < works.length) {
      const [row] = await db.execute<{ count: number }>(sql`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`)
      waiting = row?.count ?? 0
    }
    gate.letGo()
    await gate.committed
    return await all
  } finally {
    await close()
  }
}
