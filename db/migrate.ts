import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator'
import { connect } from './client'

/**
 * Brings the database up to date as its owner and grants the application's login what it may do. Safe to run at once from
 * several processes: they wait for one another.
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
    return await db.transaction(async (lock) => {
      await lock.execute(sql`select pg_advisory_xact_lock(hashtextextended('tributary-migrate', 0))`)
      const before = await countApplied()
      await runMigrations(db, {
        migrationsFolder: path.join(folder, 'migrations'),
        migrationsSchema: 'drizzle',
      })
      await db.execute(sql`select ensure_payload_partitions((now() - interval '1 month')::date, 15)`)
      if (options.appRole !== null) await grant(folder, options.appRole)
      return { applied: (await countApplied()) - before }
    })
  } finally {
    await close()
  }

  async function countApplied(): Promise<number> {
    const [exists] = await db.execute<{ there: boolean }>(
      sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`,
    )
    if (!exists?.there) return 0
    const [row] = await db.execute<{ count: string }>(
      sql`select count(*) as count from drizzle.__drizzle_migrations`,
    )
    return Number(row?.count ?? 0)
  }

  async function grant(from: string, role: string): Promise<void> {
    const quoted = `"${role.replaceAll('"', '""')}"`
    const statements = (await readFile(path.join(from, 'roles.sql'), 'utf8')).replaceAll(':app', quoted)
    await db.execute(sql.raw(statements))
  }
}
