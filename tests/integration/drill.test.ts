import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connect } from '@/db'
import { migrate } from '@/db/migrate'
import { drillBackup, type DrillOptions } from '@/lib/cli/drill/drill'
import { findClientPrograms } from '@/lib/cli/drill/client-programs'
import { drain } from '@/lib/intake/drain'
import { createDatabase, ensurePostgres, onDatabase, type PostgresServer } from '@/lib/postgres'
import { findBinaries } from '@/lib/postgres/binaries'
import { buy, deliver, openBooks, type Books } from '@/tests/support/books'
import { ownFolder } from '@/tests/support/own-folder'
import { handled, standAtTheSandboxsTime, sweepClient } from '@/tests/support/programme-life'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

/** A server whose own client programs are on this machine: embedded ones come without. */
const candidates = await Promise.all(
  (await findBinaries()).map(async ({ major }) => ({ major, programs: await findClientPrograms(major) })),
)
const served = candidates.find(({ programs }) => !('missing' in programs))
const first = candidates[0]?.programs
const missing = first && 'missing' in first ? first.missing : 'no PostgreSQL at all'

if (!served) process.stderr.write(`The drill is skipped: ${missing}.\n`)

describe.skipIf(!served)('the drill', () => {
  const folder = ownFolder('drill')
  let server: PostgresServer
  let books: Books
  let options: DrillOptions

  beforeAll(async () => {
    server = await ensurePostgres({
      dataDir: folder.path,
      log: () => {},
      fsync: false,
      ...(served && { major: served.major }),
    })
    await createDatabase(server.superuserUrl, 'books')
    const migrateUrl = onDatabase(server.migrateUrl, 'books')
    await migrate({ migrateUrl, appRole: 'tributary_app' })
    const url = onDatabase(server.url, 'books')
    const superuserUrl = onDatabase(server.superuserUrl, 'books')
    books = await openBooks('2026-01-31T10:00:00Z', {
      name: 'books',
      url,
      migrateUrl,
      superuserUrl,
      drop: () => Promise.resolve(),
    })
    const client = sweepClient(books)
    options = { url: migrateUrl, from: null, keep: null, into: null, client, say: () => {} }
    await buy(books.stripe, { amount: 2900, interval: 'month', code: 'AHMET5' })
    await buy(books.stripe, { amount: 29000, interval: 'year', code: 'AHMET5' })
    await settled()
  })
  afterAll(async () => {
    await books.close()
    await server.stop()
    folder.remove()
  })

  async function settled(): Promise<void> {
    await standAtTheSandboxsTime(books)
    await deliver(books, handled(books))
    await drain(books.db, books.stripe, 60_000)
  }

  const databases = async () => {
    const rows = await books.db.execute<{ name: string }>(
      sql`select datname as name from pg_database where datname like 'tributary_drill%'`,
    )
    return rows.map(({ name }) => name)
  }

  it('restores the books as they are, with every invariant, and leaves nothing behind', async () => {
    expect(await drillBackup(options)).toMatchObject({
      isRestored: true,
      broken: [],
      healed: 0,
      unexplained: 0,
      isCaughtUp: true,
    })
    expect(await databases()).toEqual([])
  })

  it('brings a backup of yesterday up to date from Stripe alone', async () => {
    const keep = join(folder.path, 'yesterday.dump')
    await drillBackup({ ...options, keep })
    expect(existsSync(keep)).toBe(true)
    const { paymentId } = await buy(books.stripe, { amount: 4900, interval: 'month', code: 'AHMET5' })
    await books.stripe.refunds.create({ payment_intent: paymentId, amount: 1000 })
    books.sandbox.advance(3 * 86_400)
    await settled()
    const drill = await drillBackup({ ...options, from: keep })
    expect(drill).toMatchObject({ isRestored: null, broken: [], unexplained: 0, isCaughtUp: true })
    expect(drill.healed).toBeGreaterThan(0)
  })

  it('says so where the books in use hold what Stripe does not know', async () => {
    const keep = join(folder.path, 'before.dump')
    await drillBackup({ ...options, keep })
    const owner = connect(server.superuserUrl.replace(/\/[^/]*$/, '/books'), { max: 1 })
    await owner.db.execute(sql`alter table ledger_transfers disable trigger user`)
    await owner.db.execute(sql`update ledger_transfers set amount_minor = amount_minor + 1 where id = 1`)
    expect(await drillBackup({ ...options, from: keep })).toMatchObject({ isCaughtUp: false })
    await owner.db.execute(sql`update ledger_transfers set amount_minor = amount_minor - 1 where id = 1`)
    await owner.db.execute(sql`alter table ledger_transfers enable trigger user`)
    await owner.close()
  })

  it('refuses a database with something in it, and a file that is no backup; neither leaves anything', async () => {
    await expect(drillBackup({ ...options, into: options.url })).rejects.toThrow('is not empty')
    const from = join(folder.path, 'nonsense.dump')
    writeFileSync(from, 'no backup')
    await expect(drillBackup({ ...options, from })).rejects.toThrow(/pg_restore/)
    expect(await databases()).toEqual([])
  })
})
