import { env } from '@/lib/env'
import { connect, type Connection, type Database } from './client'

export * from './schema'
export { connect, type Connection, type Database, type Querying, type Transaction } from './client'

// Next's development server loads modules anew on every change; the pool must outlive them.
const shared: { tributaryConnection?: Connection } = globalThis as { tributaryConnection?: Connection }

/** The application's pool, opened at first use. */
export function database(): Database {
  shared.tributaryConnection ??= connect(env().databaseUrl)
  return shared.tributaryConnection.db
}

/** For commands that end: closes the pool so that the process can. */
export async function closeDatabase(): Promise<void> {
  await shared.tributaryConnection?.close()
  delete shared.tributaryConnection
}
