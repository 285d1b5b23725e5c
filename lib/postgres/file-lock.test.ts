import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRunning, lock, lockOwner, processIdentity, tryLock } from '@/lib/postgres/file-lock.mjs'

const moduleUrl = pathToFileURL(join(process.cwd(), 'lib/postgres/file-lock.mjs')).href

/** Another process that takes the lock and waits to be killed. */
async function otherOwner(path: string) {
  const code = `import { tryLock } from '${moduleUrl}'; console.log(Boolean(tryLock(process.argv[1]))); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [answer] = await once(child.stdout, 'data')
  const kill = async () => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return { took: String(answer).trim() === 'true', pid: child.pid, kill }
}

describe('a file lock', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tributary-lock-'))
    path = join(folder, 'deep', 'lock')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('has one owner, and is free again once released', () => {
    const release = tryLock(path)
    expect(release).toBeDefined()
    expect(tryLock(path)).toBeUndefined()
    expect(lockOwner(path)).toBe(process.pid)
    release?.()
    expect(lockOwner(path)).toBeUndefined()
    expect(tryLock(path)).toBeDefined()
  })

  it('is kept from us by a living process, and taken over from one that was killed', async () => {
    const other = await otherOwner(path)
    expect(other.took).toBe(true)
    expect(tryLock(path)).toBeUndefined()
    expect(lockOwner(path)).toBe(other.pid)
    await other.kill()
    expect(tryLock(path)).toBeDefined()
  })

  it('is not kept by another process that merely has the dead owner’s number', () => {
    const release = tryLock(path)
    const [pid] = readFileSync(path, 'utf8').split('@')
    writeFileSync(path, `${pid}@a start long ago`)
    expect(lockOwner(path)).toBeUndefined()
    expect(tryLock(path)).toBeDefined()
    release?.()
  })

  it('is waited for, and the owner told once', async () => {
    const release = tryLock(path)
    const owners: number[] = []
    const waiting = lock(path, (owner) => {
      owners.push(owner)
      release?.()
    })
    const releaseAgain = await waiting
    expect(owners).toEqual([process.pid])
    releaseAgain()
  })
})

describe('a process', () => {
  it('is known by more than its number', () => {
    const identity = processIdentity(process.pid) ?? ''
    expect(isRunning(identity)).toBe(true)
    expect(isRunning(`${identity}0`)).toBe(false)
    expect(isRunning('')).toBe(false)
  })

  it('that has ended has no identity', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(processIdentity(child.pid ?? 0)).toBeUndefined()
  })
})
