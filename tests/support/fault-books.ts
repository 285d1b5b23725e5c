import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { connect, type Connection, type Database } from '@/db'
import { isDatabaseAway } from '@/lib/database-away'
import { drain } from '@/lib/intake/drain'
import { verifyBooks } from '@/lib/ledger/verify'
import { ensureProgramme } from '@/lib/programme/ensure-programme'
import { findAccountId } from '@/lib/stripe/account'
import { createStripe, type Stripe } from '@/lib/stripe/client'
import { createSandbox, type Sandbox, type SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, newAffiliate } from './books'
import { dice, pictureOf, shuffled, type Picture } from './orders'

export const webhookSecret = 'whsec_faults'
export const stripeKey = 'sk_test_faults'

/** A stand-in for Stripe with customers who buy, and all that it has told. */
export interface Shop {
  sandbox: Sandbox
  stripe: Stripe
  /** Somebody buys, with one of two codes or without; now and then something is given back or cancelled. */
  purchase(): Promise<void>
  /** What Stripe has told since the last call: shuffled, some of it twice. */
  news(): SandboxEvent[]
}

export async function openShop(seed: string): Promise<Shop> {
  const start = Date.parse('2026-01-31T10:00:00Z') / 1000
  const sandbox = await createSandbox({ seed, now: () => start })
  const stripe = createStripe(stripeKey, sandbox.url)
  const roll = dice(seed.length + 1)
  let told = 0
  return {
    sandbox,
    stripe,
    purchase: async () => {
      const code = ['AHMET5', 'AHMET5', 'BERTA5', undefined][Math.floor(roll() * 4)]
      const interval = (['month', 'month', 'year', undefined] as const)[Math.floor(roll() * 4)]
      const bought = await buy(stripe, {
        amount: 2900,
        ...(interval && { interval }),
        ...(code && { code }),
      })
      if (roll() < 0.2) await stripe.refunds.create({ payment_intent: bought.paymentId, amount: 1000 })
      if (interval && roll() < 0.1) await stripe.subscriptions.cancel(String(bought.session.subscription))
    },
    news: () => {
      const events = sandbox.events()
      const fresh = events.slice(told)
      told = events.length
      return shuffled([...fresh, ...fresh.filter(() => roll() < 0.1)], told)
    },
  }
}

/** Opens the books of a migrated database and puts two affiliates with their codes into them. */
export async function openProgramme(url: string, stripe: Stripe): Promise<void> {
  const { db, close } = connect(url, { max: 2 })
  try {
    const stripeAccountId = await findAccountId(stripe)
    await ensureProgramme(db, { booksMode: 'test', stripeAccountId, now: new Date('2025-01-01T00:00:00Z') })
    await newAffiliate(db, stripe, { handle: 'Ahmet', displayName: 'A', email: 'ahmet@example.com' })
    await newAffiliate(db, stripe, { handle: 'Berta', displayName: 'B', email: 'berta@example.com' })
  } finally {
    await close()
  }
}

/** Asks again where the database is away for a moment, as it may be in these tests. */
export async function patiently<T>(ask: () => Promise<T>, withinMs = 60_000): Promise<T> {
  for (const until = Date.now() + withinMs; ; await pause(100)) {
    try {
      return await ask()
    } catch (error) {
      if (!isDatabaseAway(error) || Date.now() > until) throw error
    }
  }
}

/** Waits until the application has nothing more to do by itself; `except` names events that can never be done. */
export async function whenSettled(
  db: Database,
  { withinMs = 90_000, except = [] }: { withinMs?: number; except?: readonly string[] } = {},
): Promise<void> {
  const open = sql`state <> 'done' and event_id <> all(${sql.param([...except])}::text[])`
  for (const until = Date.now() + withinMs; ; await pause(50)) {
    const [row] = await patiently(() =>
      db.execute<{ work: number; queue: number; marks: number; sample: string | null }>(sql`
        select (select count(*)::int from inbox_work where ${open}) as work,
               (select count(*)::int from settlement_queue) as queue,
               (select count(*)::int from anomaly_marks) as marks,
               (select concat_ws(' ', event_id, state, attempts, next_attempt_at, sentence)
                from inbox_work where ${open} limit 1) as sample`),
    )
    if (row && row.work + row.queue + row.marks === 0) return
    if (Date.now() > until) throw new Error(`Not everything was settled: ${JSON.stringify(row)}`)
  }
}

/** All these events are in the inbox, each once. */
export async function expectRecorded(db: Database, eventIds: Iterable<string>): Promise<void> {
  const rows = await patiently(() => db.execute<{ id: string }>(sql`select event_id as id from inbox_events`))
  const there = new Set(rows.map((row) => row.id))
  expect([...eventIds].filter((id) => !there.has(id))).toEqual([])
}

/**
 * The books are sound, and say what books say to which the same events came one by one, without any fault.
 * @param unfinished events that can never be done
 */
export async function expectSameBooks(
  disturbed: Database,
  control: Control,
  unfinished: readonly string[] = [],
): Promise<void> {
  const wanted = await control.picture()
  const picture = await pictureOf(disturbed)
  expect({ ...picture, unfinished: picture.unfinished.map((event) => event['event_id']) }).toEqual({
    ...wanted,
    unfinished: [...unfinished].sort(),
  })
  const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: disturbed })
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
}

/** Books beside the books, to which everything comes undisturbed. */
export interface Control {
  picture(): Promise<Picture>
  close(): Promise<void>
}

export function openControl(url: string, shop: Shop): Control {
  const connection: Connection = connect(url, { max: 4 })
  let delivered = 0
  return {
    picture: async () => {
      const events = shop.sandbox.events()
      await deliver(connection, events.slice(delivered))
      delivered = events.length
      await drain(connection.db, shop.stripe, 300_000)
      return pictureOf(connection.db)
    },
    close: () => connection.close(),
  }
}
