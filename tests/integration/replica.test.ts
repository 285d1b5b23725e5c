import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closeDatabase, database, reports } from '@/db'
import { migrate } from '@/db/migrate'
import { drain } from '@/lib/intake/drain'
import { exportLedger } from '@/lib/ledger/export-ledger'
import { getBalances } from '@/lib/ledger/queries'
import { listJournal } from '@/lib/payouts/journal'
import { createDatabase, ensurePostgres, onDatabase, type PostgresServer } from '@/lib/postgres'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { useEnvironment } from '@/tests/support/environment'
import { ownFolder } from '@/tests/support/own-folder'
import { handled, standAtTheSandboxsTime, system } from '@/tests/support/programme-life'
import { startStandby, type Standby } from '@/tests/support/standby'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

describe('a standby for reports', () => {
  const folder = ownFolder('replica')
  let server: PostgresServer
  let standby: Standby
  let books: Books

  beforeAll(async () => {
    server = await ensurePostgres({ dataDir: folder.path, log: () => {}, fsync: false })
    await createDatabase(server.superuserUrl, 'books')
    const on = (url: string) => onDatabase(url, 'books')
    await migrate({ migrateUrl: on(server.migrateUrl), appRole: 'tributary_app' })
    books = await openBooks('2026-01-31T10:00:00Z', {
      name: 'books',
      url: on(server.url),
      migrateUrl: on(server.migrateUrl),
      superuserUrl: on(server.superuserUrl),
      drop: () => Promise.resolve(),
    })
    standby = await startStandby(server, folder.path)
    useEnvironment(books.database, {
      STRIPE_API_BASE: books.sandbox.url,
      DATABASE_REPLICA_URL: standby.urlOf(books.database.url),
    })
  })
  afterAll(async () => {
    await closeDatabase()
    await standby.close()
    await books.close()
    await server.stop()
    folder.remove()
  })

  async function sell(): Promise<void> {
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await standAtTheSandboxsTime(books)
    await deliver(books, handled(books))
    await drain(books.db, books.stripe, 60_000)
  }

  const exported = () => exportLedger(system, () => Promise.resolve())
  const payable = async () => {
    const [balance] = await getBalances(system, books.ahmet, '2026-12-31')
    return balance?.payableMinor
  }
  const journalled = async () => {
    const rows = await listJournal(system, { from: '2026-01', to: '2026-12' })
    return rows.find(({ account }) => account === 'affiliates:earned')?.creditMinor
  }

  it('is read by reports once it has what was committed, and written by nobody', async () => {
    await sell()
    await standby.catchUp()
    expect(await exported()).toBe(1)
    expect(await journalled()).toBe(await payable())
    await expect(reports().execute('create table anything (n int)')).rejects.toThrow()
  })

  it('that has fallen behind tells old news; what decides about money reads the books', async () => {
    const before = await payable()
    await standby.freeze()
    await sell()
    expect(await exported()).toBe(1)
    expect(await journalled()).toBe(before)
    expect(await payable()).toBe((before ?? 0n) * 2n)
    expect(database()).not.toBe(reports())
  })

  it('is imported by exports and the journal alone', () => {
    const files = ['lib', 'app'].flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name))
        .map((name) => join(root, name)),
    )
    const readers = files.filter((file) => /\breports\b[^}]*\} from '@\/db'/.test(readFileSync(file, 'utf8')))
    expect(readers.length).toBeGreaterThan(0)
    const isReport = /\/(export-[a-z-]+|[a-z-]+-csv|journal)\.ts$/
    expect(readers.filter((file) => !isReport.test(file))).toEqual([])
  })
})
