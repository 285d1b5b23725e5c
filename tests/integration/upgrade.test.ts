import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
