import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withConnection } from '@/lib/postgres/logins'
import type { TestDatabase } from '@/tests/support/database'
import { testDatabase } from '@/tests/support/database'

describe('a database of the embedded server', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.drop())

  it('is migrated', async () => {
    const tables = await withConnection(
      database.url,
      (sql) => sql`select 1 from pg_tables where schemaname = 'public'`,
    )
    expect(tables.length).toBeGreaterThan(5)
  })

  it('lets the application create nothing', async () => {
    const attempt = withConnection(database.url, (sql) => sql`create table mine (id int)`)
    await expect(attempt).rejects.toThrow('permission denied for schema public')
  })

  it('does not let the application become the owner', async () => {
    const attempt = withConnection(database.url, (sql) => sql`set role tributary_owner`)
    await expect(attempt).rejects.toThrow('permission denied to set role')
  })

  it('refuses a wrong password', async () => {
    const url = new URL(database.url)
    url.password = 'guessed'
    await expect(withConnection(url.href, (sql) => sql`select 1`)).rejects.toThrow(
      'password authentication failed',
    )
  })
})
