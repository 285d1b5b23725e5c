import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sql } from 'drizzle-orm'
import { connect } from '@/db'

const folder = join(import.meta.dirname, '..', 'fixtures')

/** Books of earlier versions of the schema, as pg_dump wrote them; the oldest first. */
export const keptDumps: readonly string[] = readdirSync(folder)
  .filter((name) => /^books-of-\d{4}\.sql\.gz$/.test(name))
  .toSorted()

/**
 * Puts a kept dump into an empty database.
 * @param migrateUrl the owner's login
 * @returns the ledger's digest, as the dump's first line says it
 */
export async function restoreDump(migrateUrl: string, name: string): Promise<string | undefined> {
  const text = gunzipSync(readFileSync(join(folder, name))).toString('utf8')
  const owner = connect(migrateUrl, { max: 1 })
  await owner.db.execute(sql.raw('drop schema if exists drizzle cascade'))
  await owner.db.execute(sql.raw(text))
  await owner.close()
  return /Ledger: ([0-9a-f]{32})\./.exec(text)?.[1]
}
