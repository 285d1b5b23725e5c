import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'
import { TributaryError } from '@/lib/errors'
import { forgetInFiles } from './forget-in-files'

/**
 * Takes a person out of the append-only tables, by the one function of the owner's that may (`forget_person`), and out of the sentences
 * that name them elsewhere. No amount, day or id is changed by it, and no line of the ledger.
 * @param person.events whose bodies go
 * @param person.digests marks to compare by, each with what takes its place
 */
export async function forgetEverywhere(
  tx: Transaction,
  person: {
    events: readonly string[]
    seen: readonly string[]
    digests: Readonly<Record<string, string>>
    words: readonly string[]
    affiliateId: string | null
  },
): Promise<void> {
  const { events, seen, digests, affiliateId } = person
  const words = [...new Set(person.words.map((word) => word.trim()).filter((word) => word.length > 1))]
  await requireSettled(tx, events)
  await tx.execute(sql`
    select forget_person(${sql.param([...events])}::text[], ${sql.param([...seen])}::text[],
                         ${JSON.stringify(digests)}::jsonb, ${sql.param(words)}::text[], ${affiliateId}::text)`)
  await forgetInFiles(tx, { words, affiliateId })
  if (words.length === 0) return
  const named = sql.param(words)
  await tx.execute(sql`
    update commissions set sentence = without_words(sentence, ${named}::text[])
    where sentence <> without_words(sentence, ${named}::text[])`)
  await tx.execute(sql`
    update inbox_work set sentence = without_words(sentence, ${named}::text[])
    where sentence <> without_words(sentence, ${named}::text[])`)
}

/** Events in whose bodies one of these addresses stands. */
export async function payloadsWith(tx: Transaction, addresses: readonly string[]): Promise<string[]> {
  const sought = addresses.filter((address) => address.includes('@')).map((address) => address.toLowerCase())
  if (sought.length === 0) return []
  const rows = await tx.execute<{ id: string }>(sql`
    select distinct event_id as id from inbox_payloads
    where not body ? 'forgotten' and exists (
      select from unnest(${sql.param(sought)}::text[]) as a where strpos(lower(body::text), a) > 0)
    order by 1`)
  return rows.map(({ id }) => id)
}

/** A body that is still to be read is not thrown away: money may stand in it. */
async function requireSettled(tx: Transaction, events: readonly string[]): Promise<void> {
  const rows = await tx.execute<{ id: string }>(sql`
    select event_id as id from inbox_work
    where event_id = any(${sql.param([...events])}::text[]) and state <> 'done' order by 1 limit 5`)
  if (rows.length > 0) {
    const ids = rows.map(({ id }) => id).join(', ')
    throw new TributaryError('conflict', `Events about them are still to be settled: ${ids}.`)
  }
}
