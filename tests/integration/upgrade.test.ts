import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { describe, expect, it, vi } from 'vitest'
import { connect, ledgerTransfers, type Database } from '@/db'
import { migrate } from '@/db/migrate'
import { replayBooks } from '@/lib/intake/replay'
import { ledgerDigest } from '@/lib/ledger/digest'
import { verifyBooks } from '@/lib/ledger/verify'
import { growOldBooks } from '@/tests/bench/old-books'
import { testDatabase } from '@/tests/support/database'
import { keptDumps, restoreDump } from '@/tests/support/kept-dumps'
import { system } from '@/tests/support/programme-life'
import { sellSteadily } from '@/tests/support/steady-writer'

vi.setConfig({ testTimeout: 300_000 })

/** A kept dump, in an empty database of the owner's. */
async function restore(name: string) {
  const database = await testDatabase({ migrated: false })
  return { database, digest: await restoreDump(database.migrateUrl, name) }
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

  it.each(keptDumps)('%s: waits for whoever works, and nobody waits for it', async (name) => {
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

/**
 * Has the database note where a migration read through a table that grows while it kept writers out, by a lock on that table or on another
 * of them. It looks before and after each statement that changes the schema.
 */
async function watchScans(superuserUrl: string) {
  const { db, close } = connect(superuserUrl, { max: 1 })
  await db.execute(
    sql.raw(`
    create schema watching;
    create table watching.scans (statement text, read text);
    create function watching.scanned() returns table (id oid, name text, scans bigint) language sql as $$
      select oid, relname::text, coalesce(pg_stat_get_xact_numscans(oid), 0) from pg_class
      where relname in ('${growing.join("', '")}') and relnamespace = 'public'::regnamespace $$;
    create function watching.look() returns event_trigger language plpgsql security definer as $$
    declare before text := current_setting('watching.before', true);
    begin
      if before <> '' then
        insert into watching.scans select current_query(), s.name from watching.scanned() s
        where s.scans > (before::jsonb->>s.name)::bigint and exists (
          select from pg_locks l join watching.scanned() w on w.id = l.relation
          where l.pid = pg_backend_pid() and l.granted
            and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'));
      end if;
      perform set_config('watching.before', (select jsonb_object_agg(name, scans)::text from watching.scanned()), true);
    end $$;
    create event trigger watching_before on ddl_command_start execute function watching.look();
    create event trigger watching_after on ddl_command_end execute function watching.look()`),
  )
  await close()
}

const scans = async (db: Database) => {
  const rows = await db.execute<{ statement: string; read: string }>(
    sql`select statement, read from watching.scans`,
  )
  return rows.map(({ statement, read }) => `${read}: ${statement.trim()}`)
}

describe('books with 20,000 lines that are sold on while they are brought up to date', () => {
  it('refuse no sale, and no migration reads through a table that grows while its writers wait', async () => {
    const database = await testDatabase({ migrated: false })
    const affiliate = await growOldBooks(database, 20_000)
    await watchScans(database.superuserUrl)
    const writer = sellSteadily(database.url, affiliate)
    const { applied } = await migrate({ migrateUrl: database.migrateUrl, appRole: 'tributary_app' })
    const { lines, refused } = await writer.stop()
    expect(applied).toBeGreaterThan(0)
    expect(refused).toEqual([])
    const { db, close } = connect(database.migrateUrl, { max: 1 })
    expect(await db.$count(ledgerTransfers, sql`occurred_at > now() - interval '1 day'`)).toBe(lines)
    const watched = connect(database.superuserUrl, { max: 1 })
    expect(await scans(watched.db)).toEqual([])
    // The watch sees what it should.
    for (const statement of [
      'alter table payments add constraint payments_tried check (amount_minor >= 0)',
      'alter table ledger_transfers alter column line_key set data type varchar(300)',
      'create index tried on facts (recorded_at)',
    ])
      await db.execute(sql.raw(statement))
    expect((await scans(watched.db)).map((row) => row.split(':')[0])).toEqual([
      'payments',
      'ledger_transfers',
      'facts',
    ])
    await Promise.all([close(), watched.close()])
    await database.drop()
  })
})

describe('books of an earlier version', () => {
  it('are kept: at least one dump', () => expect(keptDumps).not.toEqual([]))

  it.each(keptDumps)(
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
