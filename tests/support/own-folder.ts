import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunning, processIdentity } from '@/lib/postgres/file-lock.mjs'

const prefix = 'tributary-test-'

/** A folder of this process's own below the system's temporary one, for a server's data, logs and reports. */
export function ownFolder(purpose: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `${prefix}${purpose}-`))
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'owner'), processIdentity(process.pid) ?? '')
  return { path, remove: () => removeFolder(path) }
}

/** Folders that test runs which are no longer alive (kill -9) have left behind. */
export function abandonedFolders(): string[] {
  const folders = readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name))
  return folders.filter((folder) => {
    try {
      return !isRunning(readFileSync(join(folder, 'owner'), 'utf8'))
    } catch {
      return false
    }
  })
}

export const removeFolder = (path: string): void => rmSync(path, { recursive: true, force: true })
