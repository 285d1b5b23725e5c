import { env } from '@/lib/env'
import { connect, type Connection, type Database } from './client'

export * from './schema'
export { connect, type Connection, type Database, type Querying, type Transaction } from './client'

// Next's development server loads modules anew on every change; the pool must outlive them.
const shared = globalThis as { tributaryConnection?: Connection; tributaryReports?: Connection }

/** The application's pool, opened at first use. */
export function database(): Database {
  shared.tributaryConnection ??= connect(env().databaseUrl)
  return shared.tributaryConnection.db
}

/**
 * Where reports are read, if `DATABASE_REPLICA_URL` names a standby: what it says may be seconds old, so no decision about money may
 * be taken on it. Without one it is the application's pool.
 */
export function reports(): Database {
  const { databaseReplicaUrl } = env()
  if (databaseReplicaUrl === undefined) return database()
  shared.tributaryReports ??= connect(databaseReplicaUrl, { max: 4, applicationName: 'tributary-reports' })
  return shared.tributaryReports.db
}

/** For commands that end: closes the pools so that the process can. */
export async function closeDatabase(): Promise<void> {
  await Promise.all([shared.tributaryConnection?.close(), shared.tributaryReports?.close()])
  delete shared.tributaryConnection
  delete shared.tributaryReports
}
