import { getTableColumns, sql, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

/** For ON CONFLICT DO UPDATE: every column but these as the statement has it. */
export function overwritten<T extends PgTable>(
  table: T,
  ...keys: (keyof T['_']['columns'] & string)[]
): Record<string, SQL> {
  return Object.fromEntries(
    Object.entries(getTableColumns(table))
      .filter(([name]) => !keys.includes(name))
      .map(([name, column]) => [name, sql`excluded.${sql.identifier(column.name)}`]),
  )
}
