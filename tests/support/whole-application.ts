import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inject } from 'vitest'
import { migrate } from '@/db/migrate'
import { endLeftovers, endProcess, logTail } from '@/lib/cli/process/child'
import { inProject, projectRoot } from '@/lib/cli/process/project'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { createDatabase, endPostgres, ensurePostgres, freePort, onDatabase } from '@/lib/postgres'
import { readFacts } from '@/lib/postgres/connection-facts'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'
import { whenHealthy } from './application'
import { openProgramme, stripeKey, webhookSecret, type Shop } from './fault-books'
import { layDiskOver, type OwnDisk } from './own-disk'
import { ownFolder } from './own-folder'

export type Part = 'web' | 'worker' | 'postgres' | 'start'

/** All of Tributary as `npm start` runs it, its own PostgreSQL included, on a data directory of its own. */
export interface WholeApplication {
  url: string
  /** The application's login. */
  databaseUrl: string
  /** Books beside the books, as they were before the start. */
  controlUrl: string
  /** PostgreSQL's own disk. */
  disk: OwnDisk | { missing: string }
  /** The number of a part's process; undefined while it has none. */
  pid(part: Part): number | undefined
  /** What it and its parts have said of late. */
  words(): string
  /** Starts it again after everything was killed, as whoever keeps services does. */
  startAgain(): void
  stop(): Promise<void>
}

/** The cluster, the books with two affiliates, and a copy of them. */
async function prepare(dataDir: string, shop: Shop): Promise<void> {
  const server = await ensurePostgres({ dataDir, log: () => {}, fsync: false })
  await migrate({ migrateUrl: server.migrateUrl, appRole: 'tributary_app' })
  await openProgramme(server.url, shop.stripe)
  await createDatabase(server.superuserUrl, 'control', { template: 'tributary' })
  await server.stop()
}

function childPid(dataDir: string, name: string): number | undefined {
  try {
    const identity = readFileSync(join(dataDir, 'run', 'children', name), 'utf8')
    const pid = Number.parseInt(identity, 10)
    return processIdentity(pid) === identity ? pid : undefined
  } catch {
    return undefined
  }
}

const asUrl = (path: string): string => pathToFileURL(inProject(path)).href

function startArguments(): string[] {
  const leave = `${asUrl('lib/cli/process/leave-with-parent.mjs')}?parent=${process.pid}`
  const typescript = ['--conditions=react-server', '--import', asUrl('node_modules/tsx/dist/loader.mjs')]
  return [...typescript, '--import', leave, inProject('lib/cli/start.ts')]
}

export async function startWholeApplication(shop: Shop): Promise<WholeApplication> {
  const folder = ownFolder('whole')
  const dataDir = folder.path
  await prepare(dataDir, shop)
  const disk = await layDiskOver(join(dataDir, 'postgres', 'cluster'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env: NodeJS.ProcessEnv = {
    ...withoutSettings(),
    STRIPE_SECRET_KEY: stripeKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: shop.sandbox.url,
    APP_URL: url,
    AUTH_SECRET: 'a secret of the tests, long enough to be taken',
    PORT: String(port),
    LOG_LEVEL: 'fatal',
    DATA_DIR: dataDir,
    NEXT_DIST_DIR: inject('distDir'),
  }
  let words = ''
  let child: ChildProcess
  const start = () => {
    const [command, args] =
      'missing' in disk
        ? [process.execPath, startArguments()]
        : disk.inside(process.execPath, startArguments())
    child = spawn(command, args, { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => (words = (words + chunk).slice(-20_000)))
    }
  }
  const pid = (part: Part): number | undefined => {
    if (part === 'start') return child.pid
    if (part !== 'postgres') return childPid(dataDir, part)
    const facts = readFacts(dataDir)
    return facts && processIdentity(facts.pid) !== undefined ? facts.pid : undefined
  }
  const allWords = () =>
    [words, ...['web', 'worker', 'postgres'].map((name) => logTail(dataDir, name))].join('\n')
  const stop = async () => {
    const identity = child.pid === undefined ? undefined : processIdentity(child.pid)
    if (identity) await endProcess(identity, 60_000)
    await endLeftovers(dataDir)
    await endPostgres(dataDir)
    if (!('missing' in disk)) disk.release()
    folder.remove()
  }
  start()
  try {
    const ended = new Promise<never>((_, reject) => child.once('exit', () => reject(new Error('it ended'))))
    await Promise.race([whenHealthy(url, 90_000), ended])
  } catch (error) {
    const why = allWords()
    await stop()
    throw new Error(`It did not start:\n${why}`, { cause: error })
  }
  const databaseUrl = readFacts(dataDir)?.url ?? ''
  const controlUrl = onDatabase(databaseUrl, 'control')
  return { url, databaseUrl, controlUrl, disk, pid, words: allWords, startAgain: start, stop }
}
