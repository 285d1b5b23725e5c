import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Binaries } from '@/lib/postgres/binaries'
import { findBinaries } from '@/lib/postgres/binaries'
import type { ProcessUser } from '@/lib/postgres/process-user'
import { asUser, processUserFor, processUsers } from '@/lib/postgres/process-user'

/** PostgreSQL's own folder, and with which programs and as whom it is served. */
export type Cluster = { folder: string; binaries: Binaries; user: ProcessUser }

/** No server can be run, or none that fits the cluster. One line for a person. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable'
}

const inPlace = (dataDir: string): string => join(dataDir, 'postgres')

const placePath = (dataDir: string): string => join(inPlace(dataDir), 'outside')

const keptOutside = (dataDir: string): string | undefined =>
  existsSync(placePath(dataDir)) ? readFileSync(placePath(dataDir), 'utf8') : undefined

// For another user who cannot enter the data directory, which keeps where it is: a data directory that is thrown away and made
// anew does not meet the old cluster. Not /tmp: many systems empty that at every start.
function outside(dataDir: string): string {
  const kept = keptOutside(dataDir)
  if (kept) return kept
  const folder = join('/var/tmp', `tributary-${randomBytes(8).toString('hex')}`)
  mkdirSync(inPlace(dataDir), { recursive: true })
  writeFileSync(placePath(dataDir), folder)
  return folder
}

function mayPass(folder: string, user: { uid: number; gid: number }): boolean {
  const { mode, uid, gid } = statSync(folder)
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return (mode & bit) !== 0 && (dirname(folder) === folder || mayPass(dirname(folder), user))
}

function reaches(user: ProcessUser, folder: string): boolean {
  return user.kind !== 'other' || mayPass(realpathSync(folder), user)
}

function reachableBinaries(binaries: Binaries, user: ProcessUser, base: string): Binaries {
  if (reaches(user, binaries.bin)) return binaries
  const copy = join(base, `server-${binaries.major}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.new`
    rmSync(draft, { recursive: true, force: true })
    cpSync(binaries.root, draft, { recursive: true, verbatimSymlinks: true })
    renameSync(draft, copy)
  }
  return { root: copy, bin: join(copy, 'bin'), major: binaries.major }
}

const hasCluster = (folder: string): boolean => existsSync(join(folder, 'PG_VERSION'))

function clusterFolder(dataDir: string): string | undefined {
  const bases = [inPlace(dataDir), keptOutside(dataDir)].filter((base) => base !== undefined)
  return bases.map((base) => join(base, 'cluster')).find(hasCluster)
}

export const hasClusterOf = (dataDir: string): boolean => clusterFolder(dataDir) !== undefined

async function openCluster(folder: string): Promise<Cluster> {
  const major = Number(readFileSync(join(folder, 'PG_VERSION'), 'utf8'))
  const owner = statSync(folder)
  const own = process.getuid?.()
  if (own !== undefined && own !== 0 && own !== owner.uid) {
    throw new PostgresUnavailable(
      `The database in ${folder} belongs to another user (uid ${owner.uid}): start as that user.`,
    )
  }
  const binaries = (await findBinaries()).find((candidate) => candidate.major === major)
  if (!binaries) {
    throw new PostgresUnavailable(
      `The database in ${folder} was made by PostgreSQL ${major}, which does not run here.`,
    )
  }
  const user = processUserFor(owner)
  return { folder, binaries: reachableBinaries(binaries, user, dirname(folder)), user }
}

/** The cluster of a data directory that has one. */
export async function findCluster(dataDir: string): Promise<Cluster | undefined> {
  const folder = clusterFolder(dataDir)
  return folder ? openCluster(folder) : undefined
}

async function makeCluster(
  base: string,
  found: Binaries,
  user: ProcessUser,
  options: { password: string; fsync: boolean },
): Promise<Cluster> {
  const draft = join(base, 'cluster.new')
  const passwordFile = join(base, 'initial-password')
  mkdirSync(base, { recursive: true, mode: 0o755 })
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, options.password, { mode: 0o600 })
  if (user.kind === 'other') {
    chownSync(draft, user.uid, user.gid)
    chownSync(passwordFile, user.uid, user.gid)
  }
  try {
    const binaries = reachableBinaries(found, user, base)
    // Version 17 brought a Unicode locale that sorts by code point and is the same on every machine.
    const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []
    const args = ['-D', draft, '-U', 'postgres', '-E', 'UTF8', '--locale=C', ...locale]
    args.push('--auth=scram-sha-256', `--pwfile=${passwordFile}`, ...(options.fsync ? [] : ['--no-sync']))
    const run = asUser(user, join(binaries.bin, 'initdb'), args)
    await promisify(execFile)(run.command, run.args, { ...run.options, cwd: '/', env: serverEnvironment })
    const folder = join(base, 'cluster')
    renameSync(draft, folder)
    return { folder, binaries, user }
  } finally {
    rmSync(draft, { recursive: true, force: true })
    rmSync(passwordFile, { force: true })
  }
}

// Nothing of the caller's (PGDATA, PGPORT, LANG …) may reach the server; macOS wants a locale named.
export const serverEnvironment: NodeJS.ProcessEnv = {
  NODE_ENV: 'production',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}

const reasonOf = (error: unknown): string => {
  // Node's execFile puts the program's words into stderr of the error it throws.
  const { stderr, message } = error as { stderr?: string; message?: string }
  return (stderr?.trim() || message || String(error)).split('\n').at(-1) ?? ''
}

/**
 * The cluster of a data directory, made on the first call: every way to run a server is tried until one works.
 * The caller holds the data directory's lock. Throws PostgresUnavailable.
 */
export async function ensureCluster(
  dataDir: string,
  options: { password: string; fsync: boolean; major?: number | undefined },
): Promise<Cluster> {
  const there = await findCluster(dataDir)
  if (there) return there
  const reasons: string[] = []
  for (const binaries of await findBinaries()) {
    if (options.major !== undefined && options.major !== binaries.major) continue
    for (const user of processUsers()) {
      const base = reaches(user, dataDir) ? inPlace(dataDir) : outside(dataDir)
      try {
        return await makeCluster(base, binaries, user, options)
      } catch (error) {
        reasons.push(reasonOf(error))
      }
    }
  }
  const why = reasons.length > 0 ? reasons.join('; ') : 'no server programs for this machine'
  throw new PostgresUnavailable(
    `PostgreSQL cannot be started here (${why}): set DATABASE_URL to a server of version 15 or newer.`,
  )
}
