import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { connect } from '@/db'
import { migrate } from '@/db/migrate'
import { createDatabase, dropDatabase, onDatabase } from '@/lib/postgres'
import { sellSteadily } from '@/tests/support/steady-writer'
import type { Bench } from './bench'
import { timed, type Figure } from './figure'
import { growOldBooks } from './old-books'

const secondsBefore = 10

/** Books of the oldest kept version with a million lines, brought up to date while they are sold on: how long a sale had to wait. */
export async function measureMigrating({ server, quick }: Bench): Promise<Figure[]> {
  const name = `bench_${randomBytes(4).toString('hex')}`
  const urls = {
    name,
    url: onDatabase(server.url, name),
    migrateUrl: onDatabase(server.migrateUrl, name),
  }
  await createDatabase(server.superuserUrl, name)
  const affiliate = await growOldBooks(urls, quick ? 100_000 : 1_000_000)
  const quiet = sellSteadily(urls.url, affiliate)
  await pause(secondsBefore * 1000)
  const before = await quiet.stop()
  const meanwhile = sellSteadily(urls.url, affiliate)
  let applied = 0
  const seconds = await timed(async () => {
    applied = (await migrate({ migrateUrl: urls.migrateUrl, appRole: 'tributary_app' })).applied
  })
  const during = await meanwhile.stop()
  const { db, close } = connect(urls.migrateUrl, { max: 1 })
  const [counted] = await db.execute<{ lines: number }>(
    sql`select count(*)::int as lines from ledger_transfers`,
  )
  await close()
  await dropDatabase(server.superuserUrl, name)
  const [refused] = [...before.refused, ...during.refused]
  if (refused !== undefined) throw refused
  const note = `${counted?.lines.toLocaleString('en')} lines`
  return [
    { name: 'migrating: sales meanwhile', value: during.lines / seconds, unit: 'lines/s', note },
    { name: 'migrating: sales before', value: before.lines / secondsBefore, unit: 'lines/s' },
    { name: 'migrating: the longest that a sale took before', value: before.longestMs, unit: 'ms' },
    {
      name: 'migrating: the longest that a sale took meanwhile',
      value: during.longestMs,
      unit: 'ms',
      aim: { atMost: 2500 },
      note: 'a migration waits 2 s for a lock, others behind it',
    },
    {
      name: 'migrating: seconds',
      value: seconds,
      unit: 's',
      note: `${applied} migrations; ${during.lines.toLocaleString('en')} lines written meanwhile`,
    },
  ]
}
