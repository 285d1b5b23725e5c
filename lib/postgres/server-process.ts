import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from '@/lib/postgres/cluster'
import { PostgresUnavailable, serverEnvironment } from '@/lib/postgres/cluster'
import { isRunning, processIdentity } from '@/lib/postgres/file-lock.mjs'
import { withConnection } from '@/lib/postgres/logins'
import { asUser } from '@/lib/postgres/process-user'

/** A running postmaster. `ended` resolves when it is gone, for whatever reason. */
export type ServerProcess = { pid: number; port: number; ended: Promise<void> }

const pollMs = 100
// Recovery after a crash replays the log since the last checkpoint, at most five minutes of work.
const startWithinMs = 120_000
// After kill -9 of everything the old postmaster may be a zombie, and its last backends may still hold shared memory.
const oldServerGoneWithinMs = 20_000

/** A port of 127.0.0.1 that is free now: `preferred` if it is. */
export function freePort(preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => (preferred === 0 ? reject(error) : resolve(freePort())))
    probe.listen(preferred, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

type PidFile = { pid: number; port: number }

function readPidFile(folder: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
    const [pid, port] = [Number(lines[0]), Number(lines[3])]
    return Number.isInteger(pid) && pid > 0 ? { pid, port: Number.isInteger(port) ? port : 0 } : undefined
  } catch {
    return undefined
  }
}

// undefined: this system does not say.
function commandLineOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return undefined
  }
}

async function answers(
  superuserUrl: (port: number) => string,
  port: number,
  folder: string,
): Promise<boolean> {
  try {
    return await withConnection(superuserUrl(port), async (sql) => {
      const [row] = await sql<{ data_directory: string }[]>`show data_directory`
      return row?.data_directory === folder
    })
  } catch {
    return false
  }
}

function endOf(pid: number): Promise<void> {
  const identity = processIdentity(pid)
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (identity !== undefined && isRunning(identity)) return
      clearInterval(timer)
      resolve()
    }, pollMs)
    timer.unref()
  })
}

/**
 * The server that already runs on this cluster, or undefined when none does. Waits for one that is starting or ending.
 * A postmaster.pid that names a process of another kind (after a restart of the machine) is taken away.
 */
export async function findServer(
  cluster: Cluster,
  superuserUrl: (port: number) => string,
): Promise<ServerProcess | undefined> {
  for (let waited = 0; waited < startWithinMs; waited += pollMs) {
    const file = readPidFile(cluster.folder)
    if (!file || processIdentity(file.pid) === undefined) return undefined
    const commandLine = commandLineOf(file.pid)
    if (commandLine && !commandLine.includes(cluster.folder)) {
      rmSync(join(cluster.folder, 'postmaster.pid'), { force: true })
      return undefined
    }
    if (file.port > 0 && (await answers(superuserUrl, file.port, cluster.folder))) {
      return { ...file, ended: endOf(file.pid) }
    }
    await pause(pollMs)
  }
  throw new PostgresUnavailable(`A server holds the database in ${cluster.folder}, but does not answer.`)
}

function serverArguments(cluster: Cluster, port: number, fsync: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  return [
    '-D',
    cluster.folder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

type Attempt = ServerProcess | { failed: string }

async function attemptStart(
  cluster: Cluster,
  port: number,
  options: { fsync: boolean; logFile: string; superuserUrl: (port: number) => string },
): Promise<Attempt> {
  const log = openSync(options.logFile, 'a', 0o600)
  const logged = statSync(options.logFile).size
  const run = asUser(
    cluster.user,
    join(cluster.binaries.bin, 'postgres'),
    serverArguments(cluster, port, options.fsync),
  )
  // A session of its own: Ctrl-C in the terminal is for us, who then stop the server after its users.
  const child = spawn(run.command, run.args, {
    ...run.options,
    cwd: '/',
    env: serverEnvironment,
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  let gone = false
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      gone = true
      resolve()
    }
    child.once('exit', end)
    child.once('error', end)
  })
  child.unref()
  for (let waited = 0; waited < startWithinMs && !gone; waited += pollMs) {
    const answering = await answers(options.superuserUrl, port, cluster.folder)
    if (answering && child.pid !== undefined) return { pid: child.pid, port, ended }
    await Promise.race([ended, pause(pollMs)])
  }
  if (!gone) child.kill('SIGQUIT')
  return { failed: readFileSync(options.logFile, 'utf8').slice(logged) }
}

/** Starts a server on a cluster that has none, on `preferredPort` where that is free. Throws PostgresUnavailable. */
export async function startServer(
  cluster: Cluster,
  options: { preferredPort?: number; fsync: boolean; logDir: string; superuserUrl: (port: number) => string },
): Promise<ServerProcess> {
  mkdirSync(options.logDir, { recursive: true })
  const logFile = join(options.logDir, 'postgres.log')
  let port = await freePort(options.preferredPort)
  let words = ''
  for (const until = Date.now() + oldServerGoneWithinMs; Date.now() < until;) {
    const attempt = await attemptStart(cluster, port, { ...options, logFile })
    if ('pid' in attempt) return attempt
    words = attempt.failed
    const busyPort = /could not bind|Address already in use/.test(words)
    if (busyPort) port = await freePort()
    else if (!/postmaster\.pid.* already exists|shared memory block|is in use/.test(words)) break
    await pause(busyPort ? 0 : 500)
  }
  const reason = words.trim().split('\n').at(-1) ?? ''
  throw new PostgresUnavailable(`PostgreSQL did not start (${reason}): see ${logFile}.`)
}

/** Asks the server to finish (open transactions are rolled back) and waits until it is gone. */
export async function stopServer(server: ServerProcess): Promise<void> {
  const identity = processIdentity(server.pid)
  if (identity === undefined) return
  for (const [name, withinMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    process.kill(server.pid, name)
    for (const until = Date.now() + withinMs; Date.now() < until; await pause(20)) {
      if (!isRunning(identity)) return
    }
  }
}
