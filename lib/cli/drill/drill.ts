import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { connect, type Database } from '@/db'
import { migrate } from '@/db/migrate'
import { CannotGoOn } from '@/lib/cli/process/terminal'
import { projectRoot } from '@/lib/cli/process/project'
import { reconcile } from '@/lib/intake/reconcile/reconcile'
import { findSweep } from '@/lib/intake/reconcile/queries'
import { drain } from '@/lib/intake/drain'
import { ledgerDigest } from '@/lib/ledger/digest'
import { verifyBooks } from '@/lib/ledger/verify'
import { operator } from '@/lib/cli/commands/command'
import { onDatabase } from '@/lib/postgres'
import type { PacedClient } from '@/lib/stripe/paced-client'
import { findClientPrograms, runOnDatabase } from './client-programs'

export interface Drill {
  /** The restored ledger is the one that was dumped; null where the backup was made elsewhere. */
  isRestored: boolean | null
  /** Sentences of the invariants that the restored books break. */
  broken: string[]
  /** What the sweep over Stripe brought in that the backup lacked, and what it could not explain. */
  healed: number
  unexplained: number
  /** After the sweep the restored ledger is the one in use; null where that one is being written. */
  isCaughtUp: boolean | null
  digest: string
}

export interface DrillOptions {
  /** The owner's login of the books in use. */
  url: string
  /** An empty database to restore into, which stays; null: one is made beside the books and dropped. */
  into: string | null
  /** A backup by `pg_dump --format=custom`; null: one is made. */
  from: string | null
  /** Where to keep the backup that is made; null: nowhere. */
  keep: string | null
  client: PacedClient
  say: (line: string) => void
}

/**
 * Shows that a backup can be lived on: dumps the books, restores them beside, audits them, brings them up to date from Stripe alone, and
 * compares. The books in use are only read, Stripe is only read, and the copy writes to nobody.
 * @throws CannotGoOn where PostgreSQL's client programs are missing or too old, or no database can be made
 */
export async function drillBackup(options: DrillOptions): Promise<Drill> {
  const { url, say } = options
  const books = connect(url, { max: 2, applicationName: 'tributary-drill' })
  const folder = mkdtempSync(join(tmpdir(), 'tributary-drill-'))
  try {
    const programs = await findClientPrograms(await majorOf(books.db))
    if ('missing' in programs) throw new CannotGoOn(`The drill is skipped: ${programs.missing}.`)
    const file = options.from ?? options.keep ?? join(folder, 'books.dump')
    const dumped = options.from === null ? await dump(books.db, programs.dump, url, file) : null
    if (dumped !== null) say('Dumped.')
    const target = await openTarget(books.db, options)
    try {
      const args = ['--no-owner', '--no-privileges', '--exit-on-error']
      await runOnDatabase(programs.restore, target.url, [...args, file])
      await migrate({ migrateUrl: target.url, appRole: null, root: projectRoot })
      say('Restored.')
      return await examine(books.db, target.url, dumped, options)
    } finally {
      await target.drop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await books.close()
  }
}

async function majorOf(db: Database): Promise<number> {
  const [row] = await db.execute<{ major: number }>(
    sql`select current_setting('server_version_num')::int / 10000 as major`,
  )
  return row?.major ?? 0
}

/** @returns the digest of the ledger at the very moment that the dump shows */
async function dump(db: Database, program: string, url: string, file: string): Promise<string> {
  return db.transaction(
    async (tx) => {
      const [row] = await tx.execute<{ id: string }>(sql`select pg_export_snapshot() as id`)
      await runOnDatabase(program, url, ['--format=custom', `--snapshot=${row?.id}`, `--file=${file}`])
      return ledgerDigest(tx)
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function openTarget(
  db: Database,
  { url, into }: DrillOptions,
): Promise<{ url: string; drop: () => Promise<void> }> {
  if (into !== null) {
    await refuseUnlessEmpty(into)
    return { url: into, drop: () => Promise.resolve() }
  }
  const name = `tributary_drill_${randomBytes(4).toString('hex')}`
  try {
    await db.execute(sql.raw(`create database ${name}`))
  } catch (error) {
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    throw new CannotGoOn(`No database can be made for the drill (${why}): name an empty one with --into URL.`)
  }
  return {
    url: onDatabase(url, name),
    drop: async () => void (await db.execute(sql.raw(`drop database ${name} with (force)`))),
  }
}

async function refuseUnlessEmpty(url: string): Promise<void> {
  const target = connect(url, { max: 1 })
  try {
    const [row] = await target.db.execute<{ tables: number }>(
      sql`select count(*)::int as tables from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    if (row?.tables !== 0) throw new CannotGoOn('The database named by --into is not empty.')
  } finally {
    await target.close()
  }
}

async function examine(
  books: Database,
  url: string,
  dumped: string | null,
  { client, say }: DrillOptions,
): Promise<Drill> {
  const copy = connect(url, { max: 4, applicationName: 'tributary-drill' })
  try {
    const restored = await ledgerDigest(copy.db)
    const verdicts = await verifyBooks(operator, { db: copy.db })
    say('Audited.')
    const before = await ledgerDigest(books)
    const swept = await reconcile(operator, { db: copy.db, client, begunBy: 'by_hand', since: null })
    await drain(copy.db, client.stripe, 60_000)
    const sweep = swept.state === 'busy' ? null : await findSweep(operator, swept.sweepId, copy.db)
    const sum = (of: 'healed' | 'unexplained') =>
      (sweep?.counts ?? []).reduce((total, count) => total + count[of], 0)
    const [digest, now] = [await ledgerDigest(copy.db), await ledgerDigest(books)]
    return {
      isRestored: dumped === null ? null : dumped === restored,
      broken: verdicts.filter(({ holds }) => !holds).map(({ sentence }) => sentence),
      healed: sum('healed'),
      unexplained: sum('unexplained'),
      isCaughtUp: digest === now ? true : before === now && !(await isBusy(books)) ? false : null,
      digest,
    }
  } finally {
    await copy.close()
  }
}

async function isBusy(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ busy: boolean }>(sql`
    select exists (select from inbox_work where state in ('queued', 'leased'))
        or exists (select from settlement_queue) as busy`)
  return row?.busy ?? false
}
