import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect, type Database } from '@/db'
import { inheritedEnvironment } from '@/lib/env'
import { drain } from '@/lib/intake/drain'
import { handledEventTypes } from '@/lib/intake/events'
import { leaseEvents } from '@/lib/intake/lease'
import { settleBatch } from '@/lib/intake/settle-batch'
import { verifyBooks } from '@/lib/ledger/verify'
import { Stripe } from '@/lib/stripe/client'
import { buy, deliver, linesOf, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { dice, pictureOf, shuffled, wipe } from '@/tests/support/orders'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const handled = () => books.sandbox.events().filter((event) => handledEventTypes.has(event.type))
const settle = () => drain(books.db, books.stripe, 30_000)

async function rowsOf(db: Database): Promise<unknown> {
  const [row] = await db.execute(sql`
    select (select count(*) from ledger_transfers)::int as transfers, (select count(*) from balance_days)::int as days,
           (select count(*) from facts)::int as facts, (select count(*) from evidence)::int as evidence,
           (select count(*) from commissions)::int as commissions, (select count(*) from settlements)::int as settlements`)
  return row
}

const nothing = { transfers: 0, days: 0, facts: 0, evidence: 0, commissions: 0, settlements: 0 }

/** Every wait and lease is over at once. */
async function letTimePass(): Promise<void> {
  await books.db.execute(sql`
    update inbox_work set next_attempt_at = clock_timestamp() - interval '1 second',
      leased_until = leased_until - interval '1 hour' where state <> 'done'`)
}

async function asOwner(statement: string): Promise<void> {
  const superuser = connect(books.database.superuserUrl, { max: 1 })
  await superuser.db.execute(sql.raw(statement))
  await superuser.close()
}

describe('a transaction that fails', () => {
  it.each(['commissions', 'balance_days', 'settlements', 'inbox_work'])(
    'at %s leaves nothing of what it wrote, and all is settled when the fault is gone',
    async (table) => {
      const { paymentId } = await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
      await asOwner(`
        create function break_it() returns trigger language plpgsql as $$ begin raise exception 'a fault'; end $$;
        create trigger a_fault before ${table === 'inbox_work' ? 'update' : 'insert'} on ${table} for each row
        ${table === 'inbox_work' ? "when (new.state = 'done')" : ''} execute function break_it()`)
      await deliver(books, handled())
      const batch = await settleBatch(books.db, books.stripe, { worker: 'one', limit: 200 })
      expect(batch.failed).toBeGreaterThan(0)
      if (table === 'inbox_work') expect(await rowsOf(books.db)).toEqual(nothing)
      expect(await linesOf(books.db, paymentId)).toEqual([])
      const [stuck] = await books.db.execute(
        sql`select sentence, leased_by from inbox_work where state = 'queued'`,
      )
      expect(stuck).toEqual({ sentence: expect.stringContaining('a fault'), leased_by: null })
      await asOwner(`drop trigger a_fault on ${table}`)
      await letTimePass()
      await settle()
      expect(await linesOf(books.db, paymentId)).toHaveLength(12)
      expect(await pictureOf(books.db)).toMatchObject({ unfinished: [] })
    },
  )
})

/** A client that reaches the sandbox only once it is let through. */
function slowStripe(): { stripe: Stripe; asked: Promise<void>; letThrough: () => void } {
  let letThrough = () => {}
  let reached = () => {}
  const open = new Promise<void>((resolve) => (letThrough = resolve))
  const asked = new Promise<void>((resolve) => (reached = resolve))
  const slow: typeof fetch = async (input, init) => {
    reached()
    await open
    return books.sandbox.fetch(input, init)
  }
  const httpClient = Stripe.createFetchHttpClient(slow)
  return { stripe: new Stripe('sk_test_slow', { httpClient }), asked, letThrough }
}

describe('a worker whose lease ran out', () => {
  it('writes nothing twice where another has settled its events', async () => {
    await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await deliver(books, handled())
    const { stripe, asked, letThrough } = slowStripe()
    const first = settleBatch(books.db, stripe, { worker: 'first', limit: 200 })
    await asked
    await letTimePass()
    await settle()
    const picture = await pictureOf(books.db)
    const rows = await rowsOf(books.db)
    letThrough()
    expect(await first).toMatchObject({ settled: 0 })
    expect(await rowsOf(books.db)).toEqual(rows)
    expect(await pictureOf(books.db)).toEqual(picture)
  })

  it('leaves the events to the other that is at work on them', async () => {
    await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await deliver(books, handled())
    const { stripe, asked, letThrough } = slowStripe()
    const first = settleBatch(books.db, stripe, { worker: 'first', limit: 200 })
    await asked
    await letTimePass()
    const taken = await leaseEvents(books.db, { worker: 'second', limit: 200 })
    expect(taken.length).toBeGreaterThan(0)
    letThrough()
    await first
    const [row] = await books.db.execute(
      sql`select count(*)::int as still from inbox_work where state = 'leased' and leased_by = 'second'`,
    )
    expect(row).toEqual({ still: taken.length })
  })
})

describe('a worker that is killed', () => {
  let child: ChildProcess | undefined
  afterEach(() => {
    child?.kill('SIGKILL')
    child = undefined
  })

  function startWorker(): ChildProcess {
    useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
    const typescript = ['--conditions=react-server', '--import', 'tsx']
    return spawn(process.execPath, [...typescript, 'lib/intake/worker-main.ts'], {
      env: inheritedEnvironment(),
      stdio: 'ignore',
    })
  }

  async function isAtWork(): Promise<boolean> {
    const [row] = await books.db.execute<{ at: boolean }>(
      sql`select exists (select from inbox_work where state = 'leased') as at`,
    )
    return row?.at ?? false
  }

  it('at any moment, again and again, leaves books that another completes, with nothing doubled', async () => {
    for (let n = 0; n < 25; n++) {
      const { paymentId } = await buy(books.stripe, {
        amount: 2900,
        interval: n % 3 === 0 ? 'year' : 'month',
        code: 'AHMET5',
      })
      if (n % 4 === 0) await books.stripe.refunds.create({ payment_intent: paymentId, amount: 500 })
    }
    const events = shuffled(handled(), 7)
    await deliver(books, events)
    await settle()
    const undisturbed = await pictureOf(books.db)
    await wipe(books.database)

    const kills = 8
    const roll = dice(11)
    for (let kill = 0; kill < kills; kill++) {
      child = startWorker()
      const part = Math.ceil(events.length / kills)
      await deliver(books, events.slice(kill * part, (kill + 1) * part))
      while (!(await isAtWork()) && child.exitCode === null) await new Promise(setImmediate)
      const moment = performance.now() + roll() * 120
      while (performance.now() < moment) await new Promise(setImmediate)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(child.signalCode).toBe('SIGKILL')
      await letTimePass()
    }
    await settle()
    expect(await pictureOf(books.db)).toEqual(undisturbed)
    const verdicts = await verifyBooks({ kind: 'system', job: 'test' }, { db: books.db })
    expect(verdicts.filter((verdict) => !verdict.holds)).toEqual([])
  }, 120_000)
})
