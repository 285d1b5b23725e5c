import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sweeps } from '@/db'
import type { Actor } from '@/lib/actor'
import { askForSweep } from '@/lib/intake/reconcile/ask-for-sweep'
import { sweepNightly } from '@/lib/intake/reconcile/nightly'
import { findLastSweep, findRunningSweep } from '@/lib/intake/reconcile/queries'
import { openBooks, type Books } from '@/tests/support/books'
import { refuseAudit } from '@/tests/support/failing-audit'
import { pictureOf } from '@/tests/support/orders'
import { liveSomeMonths, sweep, sweepClient, system } from '@/tests/support/programme-life'

let books: Books
beforeEach(async () => {
  books = await openBooks()
})
afterEach(() => books.close())

const now = new Date('2026-11-20T12:00:00Z')
const work = () => sweepNightly(books.db, sweepClient(books), { now, signal: new AbortController().signal })
const ask = (since: '2024-01-01' | '2025-01-01', actor: Actor = system) => askForSweep(actor, since, books.db)
const begun = () =>
  books.db.select({ state: sweeps.state, since: sweeps.since }).from(sweeps).orderBy(sweeps.id)

describe('a sweep that is asked for', () => {
  it('brings the past in as one by hand does, once a worker has taken it up, and shows how far it is', async () => {
    await liveSomeMonths(books, 4)
    await ask('2024-01-01')
    const since = new Date('2024-01-01T00:00:00Z')
    expect(await findRunningSweep(system, books.db)).toMatchObject({ since, at: null, share: 0, seen: 0 })
    const stop = new AbortController()
    await sweep(books, { signal: stop.signal, onProgress: () => stop.abort() })
    const seen = await findRunningSweep(system, books.db)
    expect(seen).toMatchObject({ at: expect.any(String), error: null })
    expect(seen?.seen).toBeGreaterThan(0)
    expect(await work()).toMatchObject({ state: 'done', isResumed: true })
    expect(await findRunningSweep(system, books.db)).toBeNull()
    expect(await findLastSweep(system, books.db)).toMatchObject({ state: 'done', begunBy: 'by_hand', since })
    const picture = await pictureOf(books.db)
    expect(picture.ledger).not.toEqual([])
    await ask('2024-01-01')
    await work()
    expect(await pictureOf(books.db)).toEqual(picture)
  })

  it('is one, asked for twice and at once; one that reaches further back takes its place', async () => {
    const asked = await Promise.allSettled([ask('2025-01-01'), ask('2025-01-01')])
    expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(ask('2025-01-01')).rejects.toMatchObject({ code: 'conflict' })
    await ask('2024-01-01')
    await expect(ask('2025-01-01')).rejects.toMatchObject({ code: 'conflict' })
    expect((await begun()).map(({ state }) => state)).toEqual(['abandoned', 'running'])
  })

  it('leaves nothing behind where it fails half-way', async () => {
    await ask('2025-01-01')
    await refuseAudit(books.database)
    await expect(ask('2024-01-01')).rejects.toThrow()
    expect(await begun()).toEqual([{ state: 'running', since: new Date('2025-01-01T00:00:00Z') }])
  })

  it('is for administrators, and of days that have come', async () => {
    const reader: Actor = { kind: 'api_key', id: 'key_reader', scope: 'read' }
    await expect(ask('2025-01-01', reader)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(askForSweep(system, '2190-01-01', books.db)).rejects.toMatchObject({ field: 'since' })
    expect(await begun()).toEqual([])
  })
})
