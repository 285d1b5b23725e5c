import { sql } from 'drizzle-orm'
import { connect, type Connection, type Database } from '@/db'
import { TributaryError } from '@/lib/errors'
import { ledgerDigest, ledgerLines } from '@/lib/ledger/digest'

const schema = 'tributary_replay'

/** What facts are judged by, taken over as it is; everything else is rebuilt. */
const takenOver = [
  'programme',
  'affiliate_groups',
  'terms',
  'affiliates',
  'affiliate_status_changes',
  'affiliate_signs',
  'codes',
  'code_decisions',
  'verdicts',
  'exemptions',
  'payout_details',
  'payout_runs',
  'payouts',
  'payout_lines',
  'payout_reversals',
  'debt_decisions',
  'adjustments',
]

export interface ScratchBooks {
  db: Database
  /** Of the books as they were at the moment of copying. */
  digest: string
  close(): Promise<void>
}

/**
 * Books beside the books, in a schema of their own: the same tables, with the decisions as they are and without anything that was
 * worked out. `source_facts` are the facts to feed, `expected_lines` what ought to come of them, both as of one moment.
 * @param url the owner's login
 * @throws TributaryError conflict while another one is open, and where something is still to be settled
 */
export async function openScratchBooks(url: string): Promise<ScratchBooks> {
  const owner = connect(url, { max: 1, applicationName: 'tributary-replay' })
  try {
    const [lock] = await owner.db.execute<{ got: boolean }>(
      sql`select pg_try_advisory_lock(hashtextextended(${schema}, 0)) as got`,
    )
    if (!lock?.got) throw new TributaryError('conflict', 'The books are being replayed already.')
    await drop(owner)
    const digest = await copy(owner)
    const inside = new URL(url)
    inside.searchParams.set('search_path', schema)
    const scratch = connect(inside.href, { max: 4, applicationName: 'tributary-replay' })
    const close = async () => {
      await scratch.close()
      await drop(owner)
      await owner.close()
    }
    return { db: scratch.db, digest, close }
  } catch (error) {
    await owner.close()
    throw error
  }
}

async function drop(owner: Connection): Promise<void> {
  await owner.db.execute(sql`drop schema if exists ${sql.identifier(schema)} cascade`)
}

async function copy(owner: Connection): Promise<string> {
  return owner.db.transaction(
    async (tx) => {
      const [left] = await tx.execute<{ queued: boolean }>(sql`
        select exists (select from settlement_queue) or exists (select from anomaly_marks) as queued`)
      if (left?.queued)
        throw new TributaryError('conflict', 'Something is still to be settled: run `drain` first.')
      await tx.execute(sql`create schema ${sql.identifier(schema)}`)
      const tables = await tx.execute<{ name: string }>(sql`
        select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`)
      for (const { name } of tables)
        await tx.execute(sql`create table ${inScratch(name)} (like ${inPublic(name)} including all)`)
      for (const name of takenOver) await fill(tx, name, sql`true`)
      await fill(tx, 'evidence', sql`kind = 'administrator'`)
      await fill(tx, 'ledger_transfers', sql`kind in ('payout', 'adjustment', 'opening', 'write_off')`)
      await tx.execute(sql`create table ${inScratch('source_facts')} as select * from ${inPublic('facts')}`)
      await tx.execute(sql`create table ${inScratch('expected_lines')} as ${ledgerLines}`)
      return ledgerDigest(tx)
    },
    { isolationLevel: 'repeatable read' },
  )
}

const inScratch = (name: string) => sql`${sql.identifier(schema)}.${sql.identifier(name)}`
const inPublic = (name: string) => sql`public.${sql.identifier(name)}`

/** Rows as they are, with their ids; what is added later counts on from them. */
async function fill(
  tx: Parameters<Parameters<Database['transaction']>[0]>[0],
  name: string,
  which: ReturnType<typeof sql>,
): Promise<void> {
  await tx.execute(sql`
    insert into ${inScratch(name)} overriding system value select * from ${inPublic(name)} where ${which}`)
  const [identity] = await tx.execute<{ sequence: string | null }>(sql`
    select pg_get_serial_sequence(${`${schema}.${name}`}, attname) as sequence from pg_attribute
    where attrelid = ${`public.${name}`}::regclass and attidentity = 'a'`)
  if (!identity?.sequence) return
  await tx.execute(sql`
    select setval(${identity.sequence}, coalesce((select max(id) from ${inScratch(name)}), 0) + 1, false)`)
}
