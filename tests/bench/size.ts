import { sql } from 'drizzle-orm'
import { drain } from '@/lib/intake/drain'
import type { Bench } from './bench'
import { makeTemplate, openBooks, recordAll } from './books'
import type { Figure } from './figure'
import { live } from './lives'

/** What a transfer takes on disk with its indexes, as settling leaves it. */
export async function measureSize({ server, quick }: Bench): Promise<Figure[]> {
  const lives = await live({ seed: 'size', customers: quick ? 100 : 600, codes: 20, months: 12 })
  const books = await openBooks(
    server,
    await makeTemplate(server, lives, { count: 20, ownerOf: (code) => code }),
  )
  await recordAll(books, lives.events)
  await drain(books.db, lives.stripe, 600_000)
  const [found] = await books.db.execute<{ lines: number; rows: number; indexes: number }>(sql`
    select (select count(*)::int from ledger_transfers) as lines, pg_table_size('ledger_transfers')::int as rows,
           pg_indexes_size('ledger_transfers')::int as indexes`)
  await books.drop()
  await lives.sandbox.close()
  const { lines = 1, rows = 0, indexes = 0 } = found ?? {}
  const each = (bytes: number) => Math.round(bytes / lines)
  return [
    {
      name: 'bytes a transfer, with its indexes',
      value: (rows + indexes) / lines,
      unit: 'bytes',
      aim: { atMost: 450 },
      note: `${each(rows)} the row, ${each(indexes)} its indexes; ${lines.toLocaleString('en')} lines`,
    },
  ]
}
