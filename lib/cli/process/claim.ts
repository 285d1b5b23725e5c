import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { CannotGoOn, say } from '@/lib/cli/process/terminal'
import { writePrivately } from '@/lib/postgres/connection-facts'
import { lockOwner, tryLock } from '@/lib/postgres/file-lock.mjs'

const factsSchema = z.object({ pid: z.number().int(), url: z.string(), ready: z.boolean() })

const lockPath = (dataDir: string): string => join(dataDir, 'run', 'start.lock')
const factsPath = (dataDir: string): string => join(dataDir, 'run', 'start.json')

function lastFacts(dataDir: string): z.output<typeof factsSchema> | undefined {
  try {
    return factsSchema.parse(JSON.parse(readFileSync(factsPath(dataDir), 'utf8')))
  } catch {
    return undefined
  }
}

/** The one running start of a data directory. */
export type Claim = { announce(ready: boolean): void; release(): void }

/**
 * Makes this process the one that runs Tributary on a data directory, or tells where another already does, waiting until that
 * one is ready. If it ends meanwhile, this process takes its place.
 */
export async function claimDataDir(dataDir: string, url: string): Promise<Claim | { runningAt: string }> {
  for (let told = false; ; await pause(200)) {
    const release = tryLock(lockPath(dataDir))
    if (release) {
      const announce = (ready: boolean) =>
        writePrivately(factsPath(dataDir), { pid: process.pid, url, ready })
      announce(false)
      return { announce, release }
    }
    const owner = lockOwner(lockPath(dataDir))
    const facts = lastFacts(dataDir)
    if (owner !== undefined && facts?.pid === owner) {
      if (facts.ready) return { runningAt: facts.url }
      if (!told) say(`Tributary is being started by process ${owner}; waiting until it is ready`)
      told = true
    }
  }
}

/** Where Tributary runs on this data directory, once it is ready. */
export function runningAt(dataDir: string): string | undefined {
  const facts = lastFacts(dataDir)
  return facts?.ready && lockOwner(lockPath(dataDir)) === facts.pid ? facts.url : undefined
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    // A machine without IPv6 is no reason to stop.
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'),
    )
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}

/** Throws CannotGoOn if something listens on `port`. */
export async function checkPort(port: number): Promise<void> {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
    if (!(await canListen(port, host))) {
      throw new CannotGoOn(
        `Port ${port} is taken by another program or not allowed: stop that program, or choose another port, e.g. PORT=${port + 1} npm start.`,
      )
    }
  }
}
