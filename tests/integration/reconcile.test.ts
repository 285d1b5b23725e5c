import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drain } from '@/lib/intake/drain'
import { findLastSweep } from '@/lib/intake/reconcile/queries'
import { deliver, openBooks, type Books } from '@/tests/support/books'
import { pictureOf, wipe } from '@/tests/support/orders'
import {
  handled,
  liveSomeMonths,
  standAtTheSandboxsTime,
  sweep,
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
  const total = (of: 'seen' | 'right' | 'healed' | 'unexplained') =>
    last.counts.reduce((sum, count) => sum + count[of], 0)
  return { ...last, seen: total('seen'), healed: total('healed'), unexplained: total('unexplained') }
}

/** What was not right, for the eye where a test fails. */
async function findings(): Promise<unknown[]> {
  const last = await lastSweep()
  const rows = await books.db.execute(sql`
    select kind, object_id, verdict, sentence from sweep_findings where sweep_id = ${last.id} order by kind, object_id`)
  return [...rows]
}

/** What each affiliate has ever earned. */
async function lifetimes(): Promise<Map<string, bigint>> {
  const rows = await books.db.execute<{ key: string; amount: string }>(sql`
    select affiliate_id || ' ' || currency as key, sum(amount_minor) as amount from balance_days group by 1`)
  return new Map(rows.map(({ key, amount }) => [key, BigInt(amount)]))
}

describe('a sweep over Stripe’s own record', () => {
  it('finds everything right where everything came', async () => {
    await liveSomeMonths(books, 12)
    await standAtTheSandboxsTime(books)
    await deliver(books, handled(books))
    await settle()
    const before = await pictureOf(books.db)
    await sweep(books)
    expect(await findings()).toEqual([])
    expect((await lastSweep()).seen).toBeGreaterThan(100)
    expect(await pictureOf(books.db)).toEqual(before)
  })

  it('heals what was never sent, once, and a second one heals nothing', async () => {
    await liveSomeMonths(books, 25)
    await deliver(books, handled(books))
    await settle()
    const whole = await pictureOf(books.db)
    await wipe(books.database)
    await deliver(books, withoutSome(handled(books), 5, 7))
    await settle()
    expect((await pictureOf(books.db)).ledger).not.toEqual(whole.ledger)
    await sweep(books)
    expect(await pictureOf(books.db)).toEqual(whole)
    expect(await lastSweep()).toMatchObject({ unexplained: 0 })
    expect((await lastSweep()).healed).toBeGreaterThan(0)
    await sweep(books, { since: new Date('2025-01-01T00:00:00Z') })
    expect(await findings()).toEqual([])
    expect((await lastSweep()).seen).toBeGreaterThan(300)
    expect(await pictureOf(books.db)).toEqual(whole)
  })

  it('heals events that Stripe still has as if they had come', async () => {
    await liveSomeMonths(books, 25)
    await standAtTheSandboxsTime(books)
    await deliver(books, handled(books))
    await settle()
    const whole = await pictureOf(books.db)
    await wipe(books.database)
    await deliver(books, withoutSome(handled(books), 30, 5))
    await settle()
    await sweep(books)
    expect(await pictureOf(books.db)).toEqual(whole)
    const events = (await lastSweep()).counts.find(({ kind }) => kind === 'event')
    expect(events?.healed).toBeGreaterThan(5)
    await sweep(books, { since: new Date('2025-01-01T00:00:00Z') })
    expect(await findings()).toEqual([])
    expect(await pictureOf(books.db)).toEqual(whole)
  })

  it('counts as lost what the ledger then says, and no more', async () => {
    await liveSomeMonths(books, 25)
    await deliver(books, handled(books))
    await settle()
    await wipe(books.database)
    await deliver(books, withoutSome(handled(books), 20, 11))
    await settle()
    const before = await lifetimes()
    await sweep(books)
    const after = await lifetimes()
    const { leakage } = await lastSweep()
    expect(leakage.length).toBeGreaterThan(0)
    const told = Object.fromEntries(
      leakage.map((leak) => [`${leak.affiliateId} ${leak.currency}`, leak.missedMinor - leak.overpaidMinor]),
    )
    const changed = [...after].filter(([key, amount]) => amount !== (before.get(key) ?? 0n))
    expect(told).toMatchObject(
      Object.fromEntries(changed.map(([key, amount]) => [key, amount - (before.get(key) ?? 0n)])),
    )
  })

  it('brings in a programme’s past of which no event ever came', async () => {
    await liveSomeMonths(books, 25)
    await deliver(books, handled(books))
    await settle()
    const whole = await pictureOf(books.db)
    await wipe(books.database)
    await sweep(books, { since: new Date('2026-01-01T00:00:00Z') })
    const imported = await pictureOf(books.db)
    expect(imported.ledger).toEqual(whole.ledger)
    expect(imported.commissions).toEqual(whole.commissions)
  })
})
