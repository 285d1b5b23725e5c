// Plain JavaScript on Node's builtins alone: bootstrap.mjs uses it before any package is installed.
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

// Without /proc (macOS, Windows) only `ps` knows; where there is not even that, a living pid has to do.
const startTimeByPs = (pid) => {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}

const signalReaches = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

export function processIdentity(pid) {
  if (!Number.isInteger(pid) || pid <= 0 || !signalReaches(pid)) return undefined
  const stat = read(`/proc/${pid}/stat`)
  if (stat !== undefined) {
    // The program's name stands in brackets and may hold spaces; fields 3 (state) and 22 (start time) come after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return `${pid}@${(read('/proc/sys/kernel/random/boot_id') ?? '').trim()}/${fields[19]}`
  }
  return `${pid}@${startTimeByPs(pid) ?? ''}`
}

export function isRunning(identity) {
  const pid = Number.parseInt(identity, 10)
  return processIdentity(pid) === identity
}

const self = () => processIdentity(process.pid) ?? `${process.pid}@`

// Two waiters may both find a dead owner's lock. Each moves away what it sees; who moved a living one puts it back.
const removeDead = (path, seen) => {
  const aside = `${path}.${process.pid}.${Date.now()}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (read(aside) !== seen) {
    try {
      linkSync(aside, path)
    } catch {}
  }
  rmSync(aside, { force: true })
}

export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true })
  const mine = self()
  for (let attempt = 0; attempt < 3; attempt++) {
    const draft = `${path}.${process.pid}.draft`
    writeFileSync(draft, mine)
    try {
      linkSync(draft, path)
      return () => {
        if (read(path) === mine) rmSync(path, { force: true })
      }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    } finally {
      rmSync(draft, { force: true })
    }
    const owner = read(path)
    if (owner === undefined) continue
    if (isRunning(owner)) return undefined
    removeDead(path, owner)
  }
  return undefined
}

export function lockOwner(path) {
  const owner = read(path)
  return owner !== undefined && isRunning(owner) ? Number.parseInt(owner, 10) : undefined
}

export async function lock(path, onWait) {
  for (let told = false; ;) {
    const release = tryLock(path)
    if (release) return release
    const owner = lockOwner(path)
    if (!told && owner !== undefined) {
      onWait?.(owner)
      told = true
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
