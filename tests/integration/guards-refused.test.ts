import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/db'
import { withConnection } from '@/lib/postgres/logins'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { schema } from '@/tests/guards/in-database'
import { nonsense } from '@/tests/guards/nonsense'
import { notMoney } from '@/tests/guards/not-money'
import { appendOnly, kept, noSteps } from '@/tests/guards/refusals'
import { twice } from '@/tests/guards/twice'
import { writeSmallBooks } from '@/tests/support/small-books'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
  const { db, close } = connect(database.url, { max: 1 })
  await writeSmallBooks(db)
  await close()
  await withConnection(database.url, async (sql) => {
    for (const [table, { row }] of Object.entries(appendOnly)) {
      if (row) await sql.unsafe(`insert into ${table} ${row}`)
    }
  })
})
afterAll(() => database.drop())

/** What the database says to it; whatever it lets happen is taken back. */
async function refusalOf(url: string, statement: string): Promise<string> {
  const attempt = withConnection(url, (sql) =>
    sql.begin(async (tx) => {
      await tx.unsafe(statement)
      throw new Error('it was allowed')
    }),
  )
  return attempt.then(
    () => 'it was allowed',
    (error: Error) => error.message,
  )
}

describe.each(Object.entries(appendOnly))('%s', (table, { column }) => {
  it('refuses UPDATE and DELETE also to its owner', async () => {
    const refused = new RegExp(`^${table}(_\\w+)? is append-only`)
    expect(await refusalOf(database.migrateUrl, `update ${table} set ${column} = ${column}`)).toMatch(refused)
    expect(await refusalOf(database.migrateUrl, `delete from ${table}`)).toMatch(refused)
  })

  it('refuses TRUNCATE also to its owner', async () => {
    const refused = `${table} is append-only: TRUNCATE refused`
    expect(await refusalOf(database.migrateUrl, `truncate ${table} cascade`)).toBe(refused)
  })

  it('lets the application read and add, and no more', async () => {
    const refused = `permission denied for table ${table}`
    for (const statement of [
      `update ${table} set ${column} = ${column}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      expect(await refusalOf(database.url, statement)).toBe(refused)
    }
  })
})

describe('what cannot be true', () => {
  it.each(Object.entries(nonsense))('is refused by %s', async (constraint, statement) => {
    expect(await refusalOf(database.url, statement)).toContain(`violates check constraint "${constraint}"`)
  })
})

describe('what is there already', () => {
  it.each(Object.entries(twice))('is refused by %s', async (key, statement) => {
    expect(await refusalOf(database.url, statement)).toBe(
      `duplicate key value violates unique constraint "${key}"`,
    )
  })
})

describe('a payout that was drawn up', () => {
  it.each(Object.entries(kept))('is kept by %s, also from its owner', async (_, { statement, refused }) => {
    expect(await refusalOf(database.migrateUrl, statement)).toBe(refused)
  })

  it.each(noSteps)('is kept from going from %s to %s', async (from, to) => {
    // As nobody could: past the triggers.
    const there = `set local session_replication_role = replica;
      update payouts set state = '${from}', approved_on = '2026-03-01', paid_at = now(), reference = 'x' where id = 'pay_1';
      set local session_replication_role = origin;`
    const statement = `${there} update payouts set state = '${to}' where id = 'pay_1'`
    expect(await refusalOf(database.superuserUrl, statement)).toBe(
      `payout pay_1 cannot go from ${from} to ${to}`,
    )
  })
})

it('whatever the database refuses has a guard, or is known to hold no money', async () => {
  const names = await withConnection(database.superuserUrl, async (sql) => {
    const rows = await sql<{ name: string }[]>`
      select tgname as name from pg_trigger join pg_class on pg_class.oid = tgrelid
      where not tgisinternal and not relispartition
      union all
      select conname from pg_constraint join pg_class on pg_class.oid = conrelid
      where contype in ('c', 'x') and connamespace = 'public'::regnamespace and not relispartition
      union all
      select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indrelid
      where indisunique and relnamespace = 'public'::regnamespace and not relispartition
        -- Ids that the database counts.
        and not exists (select from pg_attribute a where a.attrelid = indrelid and a.attidentity = 'a' and indkey::text = a.attnum::text)`
    return rows.map(({ name }) => name)
  })
  const guarded = schema.flatMap(({ guards }) => guards).map(({ name }) => name.replace(/^\w+ /, ''))
  const isHeld = (name: string) => guarded.includes(name)
  expect(names.filter((name) => !isHeld(name) && !notMoney.has(name))).toEqual([])
  expect([...notMoney].filter((name) => isHeld(name) || !names.includes(name))).toEqual([])
})
