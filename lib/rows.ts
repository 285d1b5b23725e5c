import { getTableColumns, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { storableJson } from './storable-json'

type ColumnOf<T extends PgTable> = keyof T['_']['columns'] & string

/**
 * `insert into … select … from jsonb_to_recordset($1)`: one parameter and one text however many rows there are, where thousands of
 * parameters cost more than their rows. For statements of the settling path; at most 255 MB of rows. Columns that the first row does not
 * name take their default.
 * @param rows not empty; all name the same columns
 * @param conflict what becomes of rows that exist: an ON CONFLICT clause
 */
export function insertRows<T extends PgTable>(
  table: T,
  rows: readonly T['$inferInsert'][],
  conflict: SQL = sql``,
): SQL {
  const given = Object.keys(rows[0] ?? {})
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => given.includes(name))
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  )
  const types = sql.join(
    columns.map(([, column]) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`),
    sql`, `,
  )
  const plain = rows.map((row) =>
    Object.fromEntries(columns.map(([name, column]) => [column.name, toJson(row[name as keyof typeof row])])),
  )
  return sql`insert into ${table} (${names}) select ${names}
    from jsonb_to_recordset(${storableJson(plain)}::jsonb) as given (${types}) ${conflict}`
}

/** JSON has neither dates nor integers beyond 2^53; PostgreSQL reads both from text. */
function toJson(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : (value ?? null)
}

/** ON CONFLICT DO UPDATE: every column that the statement names, but the keys, becomes as the statement has it. */
export function overwriting<T extends PgTable>(table: T, ...keys: ColumnOf<T>[]): SQL {
  const columns = Object.entries(getTableColumns(table))
  const named = ([, column]: [string, PgColumn]) => sql.identifier(column.name)
  const target = columns.filter(([name]) => keys.some((key) => key === name)).map(named)
  const others = columns.filter(([name]) => !keys.some((key) => key === name))
  const set = others.map((entry) => sql`${named(entry)} = excluded.${named(entry)}`)
  return sql`on conflict (${sql.join(target, sql`, `)}) do update set ${sql.join(set, sql`, `)}`
}

/** `column = any($1)`: as `inArray`, with one parameter however many values there are. */
export function among(column: SQLWrapper, values: readonly string[]): SQL {
  return sql`${column} = any(${sql.param([...values])}::text[])`
}
