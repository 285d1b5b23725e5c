import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { ensureCluster, findCluster, hasClusterOf, PostgresUnavailable } from '@/lib/postgres/cluster'
import type { ConnectionFacts, Passwords } from '@/lib/postgres/connection-facts'
import {
  connectionFacts,
  factsPath,
  passwordsPath,
  readFacts,
  readPasswords,
  writePrivately,
} from '@/lib/postgres/connection-facts'
import { isRunning, lock, processIdentity } from '@/lib/postgres/file-lock.mjs'
import { prepareCluster } from '@/lib/postgres/logins'
import type { ServerProcess } from '@/lib/postgres/server-process'
import { findServer, startServer, stopServer } from '@/lib/postgres/server-process'

export { PostgresUnavailable } from '@/lib/postgres/cluster'
export type { ConnectionFacts } from '@/lib/postgres/connection-facts'
export { createDatabase, dropDatabase, onDatabase } from '@/lib/postgres/logins'
export { freePort } from '@/lib/postgres/server-process'

export type PostgresServer = ConnectionFacts & {
  /** It ran before this call, started by another process or by one that is dead. */
  adopted: boolean
  /** Resolves when the server is gone, for whatever reason. */
  ended: Promise<void>
  /** Leaves the server; the last process that leaves stops it and waits until it is gone. */
  stop(): Promise<void>
}

function ensurePasswords(dataDir: string): Passwords {
  const there = readPasswords(dataDir)
  if (there) return there
  if (hasClusterOf(dataDir)) {
    throw new PostgresUnavailable(
      `The database of ${dataDir} is there, but ${passwordsPath(dataDir)} is not readable.`,
    )
  }
  const password = () => randomBytes(24).toString('hex')
  const passwords = { superuser: password(), owner: password(), app: password() }
  writePrivately(passwordsPath(dataDir), passwords)
  return passwords
}

const usersFolder = (dataDir: string): string => join(dataDir, 'run', 'postgres-users')

function signIn(dataDir: string): void {
  mkdirSync(usersFolder(dataDir), { recursive: true })
  writeFileSync(join(usersFolder(dataDir), String(process.pid)), processIdentity(process.pid) ?? '')
}

/** Takes our name off the list, and says whether any other living process is on it. */
function signOut(dataDir: string): boolean {
  const folder = usersFolder(dataDir)
  rmSync(join(folder, String(process.pid)), { force: true })
  const names = existsSync(folder) ? readdirSync(folder) : []
  const dead = names.filter((name) => !isRunning(readFileSync(join(folder, name), 'utf8')))
  for (const name of dead) rmSync(join(folder, name), { force: true })
  return names.length > dead.length
}

function asServer(
  dataDir: string,
  facts: ConnectionFacts,
  process: ServerProcess,
  adopted: boolean,
): PostgresServer {
  const stop = async () => {
    const release = await lock(lockPath(dataDir))
    try {
      if (signOut(dataDir)) return
      await stopServer(process)
      rmSync(factsPath(dataDir), { force: true })
    } finally {
      release()
    }
  }
  return { ...facts, adopted, ended: process.ended, stop }
}

const lockPath = (dataDir: string): string => join(dataDir, 'run', 'postgres.lock')

/**
 * The PostgreSQL server of a data directory: adopted if it runs, else started, made first if need be. It holds a database
 * `tributary`, owned by one login and open to another that may do only what migrations grant it.
 * Calls from several processes at once end up with the same server. It outlives this process unless `stop` is called.
 * `fsync: false` is for tests: such a server survives kill -9, but may lose everything in a power cut.
 * `major`: which version a cluster that is not there yet is made by. Throws PostgresUnavailable.
 */
export async function ensurePostgres(options: {
  dataDir: string
  log: (line: string) => void
  fsync?: boolean
  major?: number
}): Promise<PostgresServer> {
  mkdirSync(options.dataDir, { recursive: true })
  const dataDir = realpathSync(options.dataDir)
  const fsync = options.fsync ?? true
  const release = await lock(lockPath(dataDir), (pid) =>
    options.log(`Waiting for process ${pid}, which is at the database`),
  )
  try {
    const passwords = ensurePasswords(dataDir)
    const superuserUrl = (port: number) => connectionFacts(0, port, passwords).superuserUrl
    const cluster = await ensureCluster(dataDir, {
      password: passwords.superuser,
      fsync,
      major: options.major,
    })
    const running = await findServer(cluster, superuserUrl)
    const server =
      running ??
      (await startServer(cluster, {
        preferredPort: readFacts(dataDir)?.port,
        fsync,
        logDir: join(dataDir, 'log'),
        superuserUrl,
      }))
    const facts = connectionFacts(server.pid, server.port, passwords)
    await prepareCluster(facts.superuserUrl, passwords)
    signIn(dataDir)
    writePrivately(factsPath(dataDir), facts)
    return asServer(dataDir, facts, server, running !== undefined)
  } finally {
    release()
  }
}

/** Stops the server of a data directory whoever uses it; nothing where none runs. For what a killed process has left. */
export async function endPostgres(dataDir: string): Promise<void> {
  const passwords = readPasswords(dataDir)
  const cluster = passwords && (await findCluster(realpathSync(dataDir)))
  if (!passwords || !cluster) return
  const server = await findServer(cluster, (port) => connectionFacts(0, port, passwords).superuserUrl)
  if (server) await stopServer(server)
}
