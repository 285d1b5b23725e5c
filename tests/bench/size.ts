import { sql } from 'drizzle-orm'
import type { Bench } from './bench'
import { affiliateId, makeTemplate, openBooks } from './books'
import type { Figure } from './figure'
import { fillPast } from './past'

const affiliates = 20

/** What a transfer takes on disk with its indexes, written in no order of its ids, as payments come. */
export async function measureSize({ server, quick }: Bench): Promise<Figure[]> {
  const template = await makeTemplate(server, { codes: [] }, { count: affiliates, ownerOf: () => 0 })
  const books = await openBooks(server, template)
  const ids = Array.from({ length: affiliates }, (_, at) => affiliateId(at))
  await fillPast(server, books.name, { mark: 'size', lines: quick ? 50_000 : 200_000, affiliates: ids })
  const [found] = await books.db.execute<{ lines: number; rows: number; indexes: number }>(sql`
    select (select count(*)::int from ledger_transfers) as lines, pg_table_size('ledger_transfers')::int as rows,
           pg_indexes_size('ledger_transfers')::int as indexes`)
  await books.drop()
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
