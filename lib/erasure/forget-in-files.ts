import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'

/**
 * Takes a person out of the files that administrators sent: of affiliates of another product, and of codes to be made. A row about them
 * that waits to be taken in is not taken in any more.
 */
export async function forgetInFiles(
  tx: Transaction,
  person: { words: readonly string[]; affiliateId: string | null },
): Promise<void> {
  const words = sql`${sql.param([...person.words])}::text[]`
  const addresses = person.words.filter((word) => word.includes('@')).map((word) => word.toLowerCase())
  await tx.execute(sql`
    update import_rows set cells = '{}', wanted = case when wanted is not null then '{}'::jsonb end,
      state = case when state in ('read', 'ready') then 'failed' else state end,
      message = case when state in ('read', 'ready') then 'They were forgotten.' else without_words(message, ${words}) end
    where (cells <> '{}' or wanted <> '{}' or message <> without_words(message, ${words}))
      and (affiliate_id = ${person.affiliateId} or exists (
        select from unnest(${sql.param(addresses)}::text[]) as a
        where strpos(lower(concat(cells, wanted, message)), a) > 0))`)
  await tx.execute(sql`
    update code_batch_rows set cells = without_words(cells, ${words}), message = without_words(message, ${words})
    where concat(cells, message) <> concat(without_words(cells, ${words}), without_words(message, ${words}))`)
}
