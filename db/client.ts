import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { preparing } from './preparing'
import * as schema from './schema'

export type Database = PostgresJsDatabase<typeof schema>
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]
/** Either: for reads that may run inside a transaction or outside one. */
export type Querying = Database | Transaction

export interface Connection {
  readonly db: Database
  close(): Promise<void>
}

/**
 * Opens a pool. Drizzle alone uses the client: it overwrites the client's parsers, so nothing else may share it.
 * Behind pgbouncer in transaction mode the address ends in `?prepare=false`, which the driver reads itself.
 */
export function connect(url: string, options: { max?: number; applicationName?: string } = {}): Connection {
  const client = postgres(url, {
    max: options.max ?? 10,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => undefined,
    // The driver's own waits up to 20 s: a database that was away for a minute would be missed for another third of one.
    backoff: (retries: number) => Math.min(0.01 * 3 ** retries, 1),
    connection: { application_name: options.applicationName ?? 'tributary', TimeZone: 'UTC' },
  })
  return { db: drizzle(preparing(client), { schema }), close: () => client.end({ timeout: 5 }) }
}
