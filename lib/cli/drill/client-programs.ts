import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inheritedEnvironment } from '@/lib/env'
import { findBinaries } from '@/lib/postgres/binaries'

/** PostgreSQL's pg_dump and pg_restore, of one version. */
export interface ClientPrograms {
  dump: string
  restore: string
  major: number
}

async function versionOf(program: string): Promise<number | null> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'])
    return Number(/ (\d+)/.exec(stdout)?.[1])
  } catch {
    return null
  }
}

/**
 * The programs that can dump a server of this version: no older than it is.
 * @returns in words why there are none
 */
export async function findClientPrograms(serverMajor: number): Promise<ClientPrograms | { missing: string }> {
  const beside = (await findBinaries())
    .map(({ bin }) => bin)
    .filter((bin) => existsSync(join(bin, 'pg_dump')))
  const oldest: number[] = []
  for (const folder of [...beside, '']) {
    const dump = folder === '' ? 'pg_dump' : join(folder, 'pg_dump')
    const major = await versionOf(dump)
    if (major !== null && major >= serverMajor)
      return { dump, restore: folder === '' ? 'pg_restore' : join(folder, 'pg_restore'), major }
    if (major !== null) oldest.push(major)
  }
  if (oldest.length === 0) return { missing: 'pg_dump is not on this machine' }
  return { missing: `pg_dump here is of PostgreSQL ${Math.max(...oldest)}, the server of ${serverMajor}` }
}

/** Runs one of them on a database. The password goes by the environment, where no list of processes shows it. */
export async function runOnDatabase(program: string, url: string, args: readonly string[]): Promise<void> {
  const address = new URL(url)
  const password = decodeURIComponent(address.password)
  address.password = ''
  // Ours alone: of the driver, not of libpq.
  address.searchParams.delete('prepare')
  const env = { ...inheritedEnvironment(), ...(password !== '' && { PGPASSWORD: password }) }
  await promisify(execFile)(program, [...args, `--dbname=${address.href}`], {
    env,
    maxBuffer: 16 * 1024 * 1024,
  })
}
