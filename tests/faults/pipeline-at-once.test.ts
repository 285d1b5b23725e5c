import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, customers, settlementQueue, type Connection, type Database } from '@/db'
import { attributeByHand } from '@/lib/attribution/attribute-by-hand'
import { programmeNow } from '@/lib/clock'
import { readBatch } from '@/lib/intake/ask'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { settleBatch } from '@/lib/intake/settle-batch'
import { settleFacts } from '@/lib/intake/settle-facts'
import { settleQueued } from '@/lib/intake/settle-queue'
import { verifyBooks } from '@/lib/ledger/verify'
import type { SandboxEvent } from '@/lib/stripe-sandbox/index'
import { buy, deliver, digestOf, newAffiliate, openBooks, type Books } from '@/tests/support/books'
import { dice, pictureOf, shuffled, wipe } from '@/tests/support/orders'

const system = { kind: 'system', job: 'test' } as const

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))

/** Purchases of `count` customers: years and months, with and without a code, some refunded, some cancelled. */
async function aBusyDay(count: number): Promise<void> {
  await newAffiliate(books.db, books.stripe, { handle: 'Berta', displayName: 'B', email: 'b@example.com' })
  const roll = dice(count)
  for (let n = 0; n < count; n++) {
    const code = ['AHMET5', 'AHMET5', 'BERTA5', undefined][Math.floor(roll() * 4)]
    const interval = ([...Array(3).fill('month'), 'year', undefined] as const)[Math.floor(roll() * 5)]
    const bought = await buy(books.stripe, {
      amount: 2900,
      ...(interval && { interval }),
      ...(code && { code }),
    })
    if (roll() < 0.3) {
      await books.stripe.refunds.create({ payment_intent: bought.paymentId, amount: 1000 })
    }
    if (interval && roll() < 0.2) await books.stripe.subscriptions.cancel(String(bought.session.subscription))
  }
}

async function expectSoundBooks(): Promise<void> {
  const verdicts = await verifyBooks(system, { db: books.db })
  expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
}

/** Settles until nothing is due, as one worker does. */
async function work(db: Database, worker: string, limit: number): Promise<void> {
  for (;;) {
    const batch = await settleBatch(db, books.stripe, { worker, limit })
    const queued = await settleQueued(db, limit)
    if (batch.settled + batch.failed + queued === 0) return
  }
}

async function deadlocks(): Promise<number> {
  const [row] = await books.db.execute<{ deadlocks: string }>(
    sql`select deadlocks from pg_stat_database where datname = current_database()`,
  )
  return Number(row?.deadlocks)
}

describe('several workers at once', () => {
  it('come to the same books as one, on shuffled and repeated events, without waiting in a circle', async () => {
    await aBusyDay(40)
    const events = handled()
    expect(events.length).toBeGreaterThan(270)
    await deliver(books, events)
    await drain(books.db, books.stripe, 60_000)
    const alone = await pictureOf(books.db)
    await expectSoundBooks()

    for (const limit of [5, 40]) {
      await wipe(books.database)
      const roll = dice(limit)
      const repeated = events.flatMap((event) => (roll() < 0.3 ? [event, event] : [event]))
      await deliver(books, shuffled(repeated, limit))
      const pools = Array.from({ length: 4 }, () => connect(books.database.url, { max: 2 }))
      await Promise.all(pools.map(({ db }, n) => work(db, `worker-${n}`, limit)))
      await Promise.all(pools.map((pool) => pool.close()))
      await drain(books.db, books.stripe, 60_000)
      expect(await pictureOf(books.db)).toEqual(alone)
      await expectSoundBooks()
      expect(await deadlocks()).toBe(0)
    }
  }, 180_000)
})

async function factsOf(event: SandboxEvent) {
  const leased = {
    id: event.id,
    type: event.type,
    apiVersion: event.api_version ?? null,
    objectId: String((event.data.object as { id: string }).id), // every handled object has one
    createdAt: new Date(event.created * 1000),
    attempts: 1,
    body: event,
  }
  const now = await programmeNow(books.db)
  const asking = { stripe: books.stripe, now, untilMs: Date.now() + 10_000 }
  const { ready, asked } = await readBatch(books.db, [leased], asking)
  const [reading] = [...ready, ...(await asked)]
  if (!reading || reading.error) throw reading?.error
  return reading.facts
}

/** Settles an event in a transaction that stays open until it is let go. */
async function settleAndHold(db: Database, event: SandboxEvent) {
  const facts = await factsOf(event)
  let letGo = () => {}
  let reached = () => {}
  const settled = new Promise<void>((resolve) => (reached = resolve))
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const committed = db.transaction(async (tx) => {
    await settleFacts(tx, facts, { recordedAt: await programmeNow(tx), wallNow: new Date() })
    reached()
    await held
  })
  return { settled, letGo, committed }
}

/** Resolves when a transaction of these books waits for another's lock, or `instead` has happened. */
async function somebodyWaits(instead: Promise<unknown>): Promise<void> {
  let over = false
  void instead.then(() => (over = true))
  while (!over) {
    const [row] = await books.db.execute<{ waiting: boolean }>(sql`
      select exists (select from pg_stat_activity
                     where datname = current_database() and wait_event_type = 'Lock') as waiting`)
    if (row?.waiting) return
  }
}

describe('two transactions at once', () => {
  let second: Connection
  beforeEach(() => {
    second = connect(books.database.url, { max: 2 })
  })
  afterEach(() => second.close())

  it('about one purchase lose nothing of each other, whichever two events they settle', async () => {
    const { paymentId, session } = await buy(books.stripe, {
      amount: 29000,
      interval: 'year',
      code: 'AHMET5',
    })
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    await books.stripe.subscriptions.cancel(String(session.subscription))
    const events = handled()
    await deliver(books, events)
    await drain(books.db, books.stripe, 30_000)
    const right = await digestOf(books.db)
    expect(right).not.toBe('')
    const types = ['invoice.paid', 'invoice_payment.paid', 'charge.updated', 'refund.created']
    const meeting = events.filter((event) => [...types, 'customer.subscription.deleted'].includes(event.type))
    expect(meeting).toHaveLength(5)
    for (const first of meeting) {
      for (const other of meeting) {
        if (first === other) continue
        await wipe(books.database)
        const rest = events.filter((event) => event !== first && event !== other)
        await deliver(books, rest)
        await drain(books.db, books.stripe, 30_000)
        const one = await settleAndHold(books.db, first)
        await one.settled
        const two = await settleAndHold(second.db, other)
        await somebodyWaits(two.settled)
        one.letGo()
        two.letGo()
        await Promise.all([one.committed, two.committed])
        expect(await digestOf(books.db), `${first.type} and ${other.type}`).toBe(right)
      }
    }
  }, 180_000)

  it('with nothing else known, the invoice and its payment find each other', async () => {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5', fee: 355 })
    const events = handled()
    const named = (type: string) => events.filter((event) => event.type === type)
    for (const [first, other] of [
      ['invoice.paid', 'invoice_payment.paid'],
      ['invoice_payment.paid', 'invoice.paid'],
      ['charge.updated', 'invoice_payment.paid'],
      ['invoice_payment.paid', 'charge.updated'],
      ['invoice.paid', 'charge.updated'],
      ['charge.updated', 'invoice.paid'],
    ] as const) {
      await wipe(books.database)
      const [a, b] = [...named(first), ...named(other)]
      if (!a || !b) throw new Error('the sandbox tells less than it did')
      const one = await settleAndHold(books.db, a)
      await one.settled
      const two = await settleAndHold(second.db, b)
      await somebodyWaits(two.settled)
      one.letGo()
      two.letGo()
      await Promise.all([one.committed, two.committed])
      const third = ['invoice.paid', 'invoice_payment.paid', 'charge.updated'].filter(
        (type) => type !== first && type !== other,
      )
      await deliver(books, third.flatMap(named))
      await drain(books.db, books.stripe, 30_000)
      const [row] = await books.db.execute(sql`select sum(amount_minor)::int as earned from balance_days`)
      expect(row, `${first} and ${other}`).toEqual({ earned: 480 })
    }
  }, 60_000)

  it('where a person attributes a customer whose payments are being settled anew, neither waits for the other', async () => {
    const { customerId } = await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await deliver(books, handled())
    await drain(books.db, books.stripe, 30_000)
    const admin = { kind: 'system', job: 'test' } as const
    const decision = { customerId: String(customerId), affiliateId: books.ahmet, reason: 'because' }
    await attributeByHand(admin, decision, books.db)
    // The queue's worker is stopped by the customer's lock; the person then enqueues the same customer under that lock.
    const held = await new Promise<{ letGo: () => void; over: Promise<void> }>((resolve) => {
      const over = second.db.transaction(async (tx) => {
        await tx.select().from(customers).for('update')
        await new Promise<void>((letGo) => resolve({ letGo, over: Promise.resolve().then(() => over) }))
        await tx.update(settlementQueue).set({ reason: 'again', attempts: 0, nextAttemptAt: new Date() })
      })
      over.catch(() => undefined)
    })
    const settling = settleQueued(books.db, 10)
    await somebodyWaits(settling)
    held.letGo()
    await held.over
    await settling
    await settleQueued(books.db, 10)
    expect(await books.db.select().from(settlementQueue)).toEqual([])
    expect(await deadlocks()).toBe(0)
  }, 30_000)
})
