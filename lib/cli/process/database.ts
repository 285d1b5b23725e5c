import postgres from 'postgres'
import { setTimeout as pause } from 'node:timers/promises'
import { migrate } from '@/db/migrate'
import { projectRoot } from '@/lib/cli/process/project'
import { restartDelayMs } from '@/lib/cli/process/service'
import { say } from '@/lib/cli/process/terminal'
import { EnvironmentError } from '@/lib/env'
import type { PostgresServer } from '@/lib/postgres'
import { ensurePostgres } from '@/lib/postgres'

export type DatabaseUrls = { url: string; migrateUrl: string }

/** The embedded server, started again whenever it ends by itself. */
export type KeptDatabase = DatabaseUrls & { port: number; adopted: boolean; stop(): Promise<void> }

/** `onMoved` is called when the server had to be started again on another port. */
export async function keepDatabase(
  dataDir: string,
  onMoved: (urls: DatabaseUrls) => void,
): Promise<KeptDatabase> {
  let server: PostgresServer = await ensurePostgres({ dataDir, log: say })
  let stopped = false
  let working: Promise<void> = Promise.resolve()

  const startAgain = async (attempt: number): Promise<void> => {
    if (stopped) return
    try {
      const before = server.url
      server = await ensurePostgres({ dataDir, log: say })
      if (server.url !== before) onMoved(server)
      watch()
    } catch (error) {
      say(`  PostgreSQL did not start (${error instanceof Error ? error.message : String(error)})`)
      await pause(restartDelayMs(attempt))
      await startAgain(attempt + 1)
    }
  }
  const watch = () => {
    void server.ended.then(() => {
      if (stopped) return
      say('  PostgreSQL ended; starting it again')
      working = startAgain(1)
    })
  }
  watch()
  const { url, migrateUrl, port, adopted } = server
  const stop = async () => {
    stopped = true
    await working
    await server.stop()
  }
  return { url, migrateUrl, port, adopted, stop }
}

async function describeServer(name: string, url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    const [row] = await sql<
      { version: number }[]
    >`select current_setting('server_version_num')::int as version`
    const major = Math.floor((row?.version ?? 0) / 10_000)
    if (major < 15)
      throw new EnvironmentError(`${name} is not usable: PostgreSQL 15 or newer is wanted, this is ${major}.`)
  } catch (error) {
    if (error instanceof EnvironmentError) throw error
    // Some network errors have no message of their own, only a code.
    const { code, message } = error as { code?: string; message?: string }
    throw new EnvironmentError(`${name} is not usable: the server does not let us in (${message || code}).`)
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Checks that the databases which the operator names can be reached. Throws EnvironmentError. */
export async function checkDatabases(urls: Record<string, string | undefined>): Promise<void> {
  for (const [name, url] of Object.entries(urls)) if (url) await describeServer(name, url)
}

/** Migrates as the owner; where owner and application share one login, append-only rests on triggers alone. */
export function migrateDatabase({ url, migrateUrl }: DatabaseUrls) {
  const login = (address: string) => decodeURIComponent(new URL(address).username)
  const appRole = login(url) === login(migrateUrl) ? null : login(url)
  return migrate({ migrateUrl, appRole, root: projectRoot })
}
