import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '@/db'
import { withConnection } from '@/lib/postgres/logins'
import { testDatabase, type TestDatabase } from '@/tests/support/database'
import { appendOnly, nonsense, twice } from '@/tests/guards/refusals'
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

it('there is no other trigger that refuses, and no other condition on the ledger', async () => {
  const names = await withConnection(database.superuserUrl, async (sql) => ({
    triggers: await sql<{ name: string }[]>`
      select distinct tgname as name from pg_trigger join pg_class on pg_class.oid = tgrelid
      where tgfoid = 'refuse_change'::regproc and not relispartition`,
    conditions: await sql<{ name: string }[]>`
      select conname as name from pg_constraint where contype = 'c' and conrelid = 'ledger_transfers'::regclass`,
  }))
  const tables = Object.keys(appendOnly)
  expect(names.triggers.map(({ name }) => name).sort()).toEqual(
    tables.flatMap((table) => [`${table}_append_only`, `${table}_no_truncate`]).sort(),
  )
  expect(Object.keys(nonsense)).toEqual(expect.arrayContaining(names.conditions.map(({ name }) => name)))
})
