import postgres from 'postgres'
import type { Passwords } from '@/lib/postgres/connection-facts'

/** Runs `work` on one connection and closes it. */
export async function withConnection<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 2 })
  }
}

/** `superuserUrl` with another database. */
export function onDatabase(url: string, database: string): string {
  const address = new URL(url)
  address.pathname = `/${database}`
  return address.href
}

/** Makes the two logins, the owner of the tables and the application, where they are missing. */
async function createLogins(sql: postgres.Sql, passwords: Passwords): Promise<void> {
  const rows = await sql<{ rolname: string }[]>`
    select rolname from pg_roles where rolname in ('tributary_owner', 'tributary_app')`
  const there = new Set(rows.map((row) => row.rolname))
  if (!there.has('tributary_owner')) {
    await sql.unsafe(`create role tributary_owner login password '${passwords.owner}'`)
  }
  // A restore is tried out in a database of its own.
  await sql`alter role tributary_owner createdb`
  if (!there.has('tributary_app')) {
    await sql.unsafe(
      `create role tributary_app login noinherit nocreatedb nocreaterole password '${passwords.app}'`,
    )
  }
}

/** What the logins may do in a database before any migration: the owner all, the application come in. */
async function setPrivileges(superuserUrl: string, name: string): Promise<void> {
  await withConnection(onDatabase(superuserUrl, name), async (sql) => {
    await sql`revoke all on database ${sql(name)} from public`
    await sql`grant connect on database ${sql(name)} to tributary_app`
    await sql`alter schema public owner to tributary_owner`
    await sql`revoke create on schema public from public`
    await sql`grant usage on schema public to tributary_app`
  })
}

/**
 * Creates a database of the owner's in which the application may do nothing until a migration grants it.
 * With `template` it begins as a copy of that database, to which nobody may be connected.
 */
export async function createDatabase(
  superuserUrl: string,
  name: string,
  options: { template?: string } = {},
): Promise<void> {
  await withConnection(superuserUrl, async (sql) => {
    const copied = options.template ? sql`template ${sql(options.template)}` : sql``
    await sql`create database ${sql(name)} owner tributary_owner ${copied}`
  })
  await setPrivileges(superuserUrl, name)
}

export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  await withConnection(superuserUrl, (sql) => sql`drop database if exists ${sql(name)} with (force)`)
}

/** Brings a cluster to where migrations can begin, whatever an earlier attempt left undone. */
export async function prepareCluster(superuserUrl: string, passwords: Passwords): Promise<void> {
  await withConnection(superuserUrl, async (sql) => {
    await createLogins(sql, passwords)
    const there = await sql`select 1 from pg_database where datname = 'tributary'`
    if (there.length === 0) await sql`create database tributary owner tributary_owner`
  })
  await setPrivileges(superuserUrl, 'tributary')
}
