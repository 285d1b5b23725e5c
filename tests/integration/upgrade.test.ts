import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { describe, expect, it, vi } from 'vitest'
import { connect } from '@/db'
import { migrate } from '@/db/migrate'
import { replayBooks } from '@/lib/intake/replay'
import { ledgerDigest } from '@/lib/ledger/digest'
import { verifyBooks } from '@/lib/ledger/verify'
import { testDatabase } from '@/tests/support/database'
import { system } from '@/tests/support/programme-life'

vi.setConfig({ testTimeout: 300_000 })

const folder = join(import.meta.dirname, '..', 'fixtures')
const dumps = readdirSync(folder).filter((name) => /^books-of-\d{4}\.sql\.gz$/.test(name))

/** A kept dump, in an empty database of the owner's. Its first line says the ledger's digest. */
async function restore(name: string) {
  const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8')
  const digest = /Ledger: ([0-9a-f]{32})\./.exec(text)?.[1]
  const database = await testDatabase({ migrated: false })
  const owner = connect(database.migrateUrl, { max: 1 })
  await owner.db.execute(sql.raw('drop schema if exists drizzle cascade'))
  await owner.db.execute(sql.raw(text))
  await owner.close()
  return { database, digest }
}

/** Tables that grow with every sale: whoever locks one stops the sales. */
const growing =
  'ledger_transfers settlements inbox_events inbox_work facts evidence customers payments invoices subscriptions commissions balance_days audit_entries'.split(
    ' ',
  )

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

describe('a migration', () => {
  it('makes indexes of tables that grow without locking them, and gives them no column that rewrites them', () => {
    const folder = join(import.meta.dirname, '..', '..', 'db', 'migrations')
    const later = readdirSync(folder).filter((name) => /^\d{4}_.*\.sql$/.test(name) && name > '0015')
    const locking = later.flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const made = [...text.matchAll(/CREATE TABLE "(\w+)"/g)].map(([, table]) => table)
      const found = [
        ...text.matchAll(/CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)"?\w+"? ON "?(\w+)/g),
        ...text.matchAll(
          /ALTER TABLE "(\w+)" (?:ALTER COLUMN "\w+" SET DATA TYPE|ADD COLUMN [^;]*GENERATED)/g,
        ),
      ]
      return found
        .filter(([, table = '']) => growing.includes(table) && !made.includes(table))
        .map(([statement]) => `${name}: ${statement}`)
    })
    expect(later.length).toBeGreaterThan(0)
    expect(locking).toEqual([])
  })

  it.each(dumps)('%s: waits for whoever works, and nobody waits for it', async (name) => {
    const { database } = await restore(name)
    const { db, close } = connect(database.migrateUrl, { max: 4 })
    const [working, began] = [gate(), gate()]
    // An administrator's change of terms that takes its time: migrations alter this table.
    const holder = db.transaction(async (tx) => {
      await tx.execute(sql`update programme set name = name`)
      await tx.execute(sql`lock table terms in row exclusive mode`)
      began.open()
      await working.opened
    })
    await began.opened
    let isDone = false
    const migrated = migrate({ migrateUrl: database.migrateUrl, appRole: 'tributary_app' }).then(() => {
      isDone = true
    })
    const isWaiting = async () => {
      const [row] = await db.execute<{ waits: boolean }>(sql`
        select exists (select from pg_stat_activity
                       where application_name = 'tributary-migrate' and wait_event_type = 'Lock') as waits`)
      return row?.waits
    }
    while (!(await isWaiting())) await pause(20)
    // Behind the migration in the queue for the same table: let through when the migration steps back.
    await db.execute(sql`select count(*) from terms`)
    expect(isDone).toBe(false)
    working.open()
    await Promise.all([holder, migrated])
    expect(isDone).toBe(true)
    await close()
    await database.drop()
  })

  it('makes an index again whose making was cut short', async () => {
    const database = await testDatabase()
    const { db, close } = connect(database.superuserUrl, { max: 1 })
    const broken = sql`indexrelid = 'inbox_events_by_type'::regclass`
    await db.execute(sql`update pg_index set indisvalid = false where ${broken}`)
    const options = { migrateUrl: database.migrateUrl, appRole: 'tributary_app' }
    expect(await migrate(options)).toEqual({ applied: 0 })
    expect(await db.execute(sql`select indisvalid as valid from pg_index where ${broken}`)).toEqual([
      { valid: true },
    ])
    await close()
    await database.drop()
  })
})

describe('books of an earlier version', () => {
  it('are kept: at least one dump', () => expect(dumps).not.toEqual([]))

  it.each(dumps)(
    '%s: brought up to date they say the same, hold every invariant, and replay',
    async (name) => {
      const { database, digest } = await restore(name)
      const { applied } = await migrate({ migrateUrl: database.migrateUrl, appRole: 'tributary_app' })
      expect(applied).toBeGreaterThan(0)
      const { db, close } = connect(database.url, { max: 4 })
      try {
        expect(await ledgerDigest(db)).toBe(digest)
        const verdicts = await verifyBooks(system, { db })
        expect(verdicts.filter(({ holds }) => !holds).map(({ sentence, rows }) => [sentence, rows])).toEqual(
          [],
        )
        const replayed = await replayBooks(system, {
          url: database.migrateUrl,
          order: { kind: 'recorded' },
        })
        expect(replayed).toMatchObject({ same: true, digest })
        await expect(db.execute(sql`delete from ledger_transfers`)).rejects.toThrow()
      } finally {
        await close()
        await database.drop()
      }
    },
  )
})
