import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '@/db'
import type { Actor } from '@/lib/actor'
import { inheritedEnvironment } from '@/lib/env'
import { drain } from '@/lib/intake/drain'
import { sweepNightly } from '@/lib/intake/reconcile/nightly'
import { findLastSweep } from '@/lib/intake/reconcile/queries'
import { reconcile } from '@/lib/intake/reconcile/reconcile'
import { createPacedStripe } from '@/lib/stripe/paced-client'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { pictureOf, wipe } from '@/tests/support/orders'
import {
  handled,
  liveSomeMonths,
  standAtTheSandboxsTime,
  sweep,
  sweepClient,
  system,
  withoutSome,
} from '@/tests/support/programme-life'

// Months of a programme's life on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 })

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const settle = () => drain(books.db, books.stripe, 60_000)

async function lastSweep() {
  const last = await findLastSweep(system, books.db)
  if (!last) throw new Error('There was no sweep.')
  return last
}

async function sweepsBegun(): Promise<number> {
  const [row] = await books.db.execute<{ count: number }>(sql`select count(*)::int as count from sweeps`)
  return row?.count ?? 0
}

/** @returns what the books say where everything came; they are then brought back to what came of 95 % of it */
async function loseSome(buyers: number): Promise<unknown> {
  await liveSomeMonths(books, buyers)
  await deliver(books, handled(books))
  await settle()
  const whole = await pictureOf(books.db)
  await wipe(books.database)
  await deliver(books, withoutSome(handled(books), 5, 3))
  await settle()
  return whole
}

const stripeFails = (failure: Record<string, string | number>) =>
  books.stripe.rawRequest('POST', '/v1/test_helpers/sandbox/settings', { failures: [failure] })

describe('a sweep that is interrupted', () => {
  it('by kill -9 is taken up after the last page, and sees and heals what an undisturbed one does', async () => {
    const whole = await loseSome(12)
    await stripeFails({ path: '/v1/checkout/sessions', status: 500, how: 'silence', times: 1 })
    useEnvironment(books.database, { STRIPE_API_BASE: books.sandbox.url })
    const child = spawn(
      process.execPath,
      ['--conditions=react-server', '--import', 'tsx', 'lib/cli/tributary.ts', 'reconcile'],
      { env: inheritedEnvironment(), stdio: 'ignore' },
    )
    // It stands in the middle, and waits for an answer that does not come.
    while (books.sandbox.settings().failures.length > 0) {
      if (child.exitCode !== null) throw new Error('It ended by itself.')
      await pause(20)
    }
    child.kill('SIGKILL')
    await once(child, 'exit')
    const heldFor = (time: string) =>
      books.db.execute(sql`update sweeps set held_until = clock_timestamp() + ${time}::interval`)
    await heldFor('1 hour')
    expect(await sweep(books)).toEqual({ state: 'busy' })
    await heldFor('-1 second')
    expect(await sweep(books)).toMatchObject({ state: 'done', isResumed: true })
    expect(await sweepsBegun()).toBe(1)
    expect(await pictureOf(books.db)).toEqual(whole)
    const interrupted = await lastSweep()
    await wipe(books.database)
    await deliver(books, withoutSome(handled(books), 5, 3))
    await settle()
    await sweep(books, { since: interrupted.since })
    const undisturbed = await lastSweep()
    expect(undisturbed.id).not.toBe(interrupted.id)
    expect(interrupted.counts).toEqual(undisturbed.counts)
    expect(interrupted.leakage).toEqual(undisturbed.leakage)
  })

  it('at each page in turn, by being told to stop, comes to the same books', async () => {
    const whole = await loseSome(12)
    for (let rounds = 0; ; rounds += 1) {
      const stop = new AbortController()
      const ended = await sweep(books, { signal: stop.signal, onProgress: () => stop.abort() })
      if (ended.state === 'done') break
      expect(rounds).toBeLessThan(60)
    }
    expect(await sweepsBegun()).toBe(1)
    expect(await pictureOf(books.db)).toEqual(whole)
  })

  it('by a fault as its place is written has doubled nothing when the fault is gone', async () => {
    const whole = await loseSome(12)
    const superuser = connect(books.database.superuserUrl, { max: 1 })
    await superuser.db.execute(
      sql.raw(`create function break_it() returns trigger language plpgsql as $$ begin raise exception 'a fault'; end $$;
        create trigger a_fault before update on sweeps for each row when (new.walk > 0) execute function break_it()`),
    )
    await expect(sweep(books)).rejects.toThrow()
    await superuser.db.execute(sql.raw('drop trigger a_fault on sweeps'))
    await superuser.close()
    expect(await sweep(books)).toMatchObject({ state: 'done', isResumed: true })
    expect(await pictureOf(books.db)).toEqual(whole)
  })
})

describe('sweeps at once', () => {
  it('are one: the others are told so, and what is missing is healed once', async () => {
    const whole = await loseSome(8)
    const ended = await Promise.all([sweep(books), sweep(books), sweep(books)])
    expect(ended.map(({ state }) => state).sort()).toEqual(['busy', 'busy', 'done'])
    expect(await sweepsBegun()).toBe(1)
    expect(await pictureOf(books.db)).toEqual(whole)
  })

  it('one that reaches further back takes the place of one that nobody works on', async () => {
    await sweep(books, { signal: AbortSignal.abort(), since: new Date('2026-01-01T00:00:00Z') })
    const since = new Date('2025-06-01T00:00:00Z')
    expect(await sweep(books, { since })).toMatchObject({ state: 'done', isResumed: false })
    expect((await lastSweep()).since).toEqual(since)
    const [first] = await books.db.execute(sql`select state from sweeps order by id limit 1`)
    expect(first).toEqual({ state: 'abandoned' })
  })

  it('are for those who run the programme', async () => {
    const viewer: Actor = {
      kind: 'person',
      userId: '1',
      email: 'v@example.com',
      administrator: { id: 'adm_1', role: 'viewer' },
      affiliateId: null,
    }
    const options = { db: books.db, client: sweepClient(books), begunBy: 'by_hand', since: null } as const
    await expect(reconcile(viewer, options)).rejects.toThrow('This needs the role admin.')
    expect(await sweepsBegun()).toBe(0)
  })
})

describe('Stripe', () => {
  it('that is asked too much is waited for, and each of its answers is counted', async () => {
    await liveSomeMonths(books, 4)
    await stripeFails({ path: '/v1/invoices', status: 429, how: 'error', times: 3 })
    const waited: number[] = []
    const client = createPacedStripe('sk_test_books', books.sandbox.url, {
      perSecond: 1_000_000,
      pause: async (ms) => void waited.push(ms),
    })
    await sweep(books, { client })
    const last = await lastSweep()
    expect(last).toMatchObject({ state: 'done', limited: 3 })
    expect(last.calls).toBe(client.spent().calls)
    expect(waited.filter((ms) => ms >= 1000)).toEqual([1000, 2000, 4000])
  })

  it('is asked a hundred objects at a time, and nothing one by one that the books know', async () => {
    await liveSomeMonths(books, 40)
    await deliver(books, handled(books))
    await settle()
    await standAtTheSandboxsTime(books)
    await sweep(books)
    const { counts, calls } = await lastSweep()
    expect(counts.map(({ healed }) => healed)).toEqual(counts.map(() => 0))
    const seen = Object.fromEntries(counts.map((count) => [count.kind, count.seen]))
    const pages = Object.values(seen).reduce((sum, count) => sum + Math.ceil(count / 100), 0)
    expect(seen['event']).toBeGreaterThan(60)
    // A list is asked for also where it is empty; there are as many of them as walks.
    expect(calls).toBeLessThanOrEqual(pages + 13)
  })

  it('that does not answer leaves the sweep to be taken up, with the reason', async () => {
    await liveSomeMonths(books, 2)
    await stripeFails({ path: '/v1/subscriptions', status: 500, how: 'error', times: 3 })
    await expect(sweep(books)).rejects.toThrow()
    expect(await lastSweep()).toMatchObject({
      state: 'running',
      error: expect.stringContaining('Something went wrong'),
    })
    expect(await sweep(books)).toMatchObject({ state: 'done', isResumed: true })
    expect(await lastSweep()).toMatchObject({ error: null })
  })
})

describe('the nightly sweep', () => {
  const night = (now: string) =>
    sweepNightly(books.db, sweepClient(books), { now: new Date(now), signal: new AbortController().signal })

  const ofOldBooks = () =>
    books.db.execute(sql`
      insert into inbox_events (event_id, type, created_at, recorded_at)
      values ('evt_1', 'a.b', '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z')`)

  it('is begun once a day, by the machine’s clock, in books that are a night old', async () => {
    expect(await night('2026-11-21T04:00:00Z')).toBeNull()
    await ofOldBooks()
    expect(await night('2026-11-20T23:00:00Z')).toBeNull()
    expect(await night('2026-11-21T04:00:00Z')).toMatchObject({ state: 'done' })
    const startedOn = async (at: string) =>
      books.db.execute(sql`update sweeps set started_at = ${at}::timestamptz`)
    await startedOn('2026-11-21T04:00:00Z')
    expect(await night('2026-11-21T23:00:00Z')).toBeNull()
    expect(await night('2026-11-22T02:00:00Z')).toBeNull()
    expect(await night('2026-11-22T03:00:00Z')).toMatchObject({ state: 'done' })
    expect(await sweepsBegun()).toBe(2)
  })

  it('leaves alone what may still be on its way, which by hand is healed at once', async () => {
    await liveSomeMonths(books, 2)
    await deliver(books, handled(books))
    await settle()
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await standAtTheSandboxsTime(books)
    await ofOldBooks()
    expect(await night('2026-11-21T04:00:00Z')).toMatchObject({ state: 'done' })
    const healedIn = async () => (await lastSweep()).counts.reduce((sum, { healed }) => sum + healed, 0)
    expect(await healedIn()).toBe(0)
    await sweep(books)
    expect(await healedIn()).toBeGreaterThan(5)
  })

  it('takes up what was interrupted at any hour', async () => {
    await sweep(books, { signal: AbortSignal.abort() })
    expect(await night('2026-11-21T17:00:00Z')).toMatchObject({ state: 'done', isResumed: true })
  })
})
