import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { readMigrationFiles, type MigrationMeta } from 'drizzle-orm/migrator'
import { connect, type Database } from './client'

/**
 * Brings the database up to date as its owner and grants the application's login what it may do. Safe to run at once from
 * several processes: they wait for one another. Safe while the application works: each migration is one transaction that gives up
 * rather than makes others queue behind its locks, and is tried again; indexes that are made `CONCURRENTLY` follow outside of it.
 * @param appRole name of the application's login; null where it is the owner too (append-only then rests on triggers alone)
 * @returns how many migrations were applied
 */
export async function migrate(options: {
  migrateUrl: string
  appRole: string | null
  root?: string
}): Promise<{ applied: number }> {
  const folder = path.join(options.root ?? process.cwd(), 'db')
  const { db, close } = connect(options.migrateUrl, { max: 2, applicationName: 'tributary-migrate' })
  try {
    const migrations = readMigrationFiles({ migrationsFolder: path.join(folder, 'migrations') })
    return await db.transaction(async (lock) => {
      await lock.execute(sql`select pg_advisory_xact_lock(hashtextextended('tributary-migrate', 0))`)
      const pending = migrations.slice(await countApplied(db, migrations))
      for (const migration of pending) await patiently(() => apply(db, migration))
      await makeIndexes(
        db,
        migrations.flatMap((migration) => migration.sql),
      )
      await db.execute(sql`select ensure_payload_partitions((now() - interval '1 month')::date, 15)`)
      if (options.appRole !== null) await grant(db, folder, options.appRole)
      return { applied: pending.length }
    })
  } finally {
    await close()
  }
}

/** As Drizzle's own migrator counts: by the time of the last one. */
async function countApplied(db: Database, migrations: readonly MigrationMeta[]): Promise<number> {
  await db.execute(sql`create schema if not exists drizzle`)
  await db.execute(sql`
    create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`)
  const [row] = await db.execute<{ last: string | null }>(
    sql`select max(created_at)::text as last from drizzle.__drizzle_migrations`,
  )
  const last = row?.last ?? null
  return last === null ? 0 : migrations.filter(({ folderMillis }) => folderMillis <= Number(last)).length
}

const concurrent = /^\s*CREATE (?:UNIQUE )?INDEX CONCURRENTLY "(\w+)"/

async function apply(db: Database, { sql: statements, hash, folderMillis }: MigrationMeta): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local lock_timeout = '2s'`)
    for (const statement of dropsLast(statements.filter((each) => !concurrent.test(each))))
      await tx.execute(sql.raw(statement))
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
    )
  })
}

/** Dropping an index keeps everybody from its table: for as long as the commit takes, not for what else a migration has to do. */
function dropsLast(statements: readonly string[]): string[] {
  const isLast = (statement: string) => {
    const [, name] = /^\s*(?:--.*\n\s*)*DROP INDEX (?:IF EXISTS )?"(\w+)";?\s*$/.exec(statement) ?? []
    return name !== undefined && !statements.some((each) => each.includes(`INDEX "${name}" ON`))
  }
  return [...statements.filter((each) => !isLast(each)), ...statements.filter(isLast)]
}

/** An index whose making was cut short is there and not valid: it is made again. */
async function makeIndexes(db: Database, statements: readonly string[]): Promise<void> {
  for (const [name, statement] of indexesOf(statements)) {
    const [found] = await db.execute<{ valid: boolean }>(
      sql`select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`,
    )
    if (found?.valid) continue
    if (found) await db.execute(sql.raw(`drop index concurrently "${name}"`))
    await db.execute(sql.raw(statement))
  }
}

/** Those made concurrently that no later migration drops. */
function indexesOf(statements: readonly string[]): Map<string, string> {
  const made = new Map<string, string>()
  for (const statement of statements) {
    const name = concurrent.exec(statement)?.[1]
    if (name !== undefined) made.set(name, statement)
    for (const [, dropped = ''] of statement.matchAll(/DROP INDEX (?:IF EXISTS )?"(\w+)"/g))
      made.delete(dropped)
  }
  return made
}

const patience = 30
const lockNotAvailable = '55P03'

async function patiently(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (codeOf(error) !== lockNotAvailable || tries === patience) throw error
      await pause(500)
    }
  }
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : null
  return cause instanceof Object && 'code' in cause ? cause.code : undefined
}

async function grant(db: Database, from: string, role: string): Promise<void> {
  const quoted = `"${role.replaceAll('"', '""')}"`
  const statements = (await readFile(path.join(from, 'roles.sql'), 'utf8')).replaceAll(':app', quoted)
  await db.execute(sql.raw(statements))
}
