import type { ChildProcess } from 'node:child_process'
import { endProcess, rememberChild } from '@/lib/cli/process/child'
import { say } from '@/lib/cli/process/terminal'

/** A child that is started again whenever it ends by itself. */
export type Service = {
  name: string
  /** How often it ended by itself so far. */
  failures(): number
  restart(): Promise<void>
  stop(): Promise<void>
}

const firstDelayMs = 500
// With the time that a start takes, a service whose trouble is over is back well within half a minute.
const longestDelayMs = 8_000
// A service that ran this long was well: its next failure is a first one again.
const wellAfterMs = 20_000

/** 0.5 s, 1 s, 2 s, 4 s, 8 s, 8 s … */
export const restartDelayMs = (failuresInARow: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failuresInARow - 1))

const endedHow = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal ? `was ended by ${signal}` : `ended with ${code ?? 'no code'}`

/** Starts a service and keeps it running until `stop`. `launch` is called for every start, so that it can take new settings. */
export function keepRunning(
  dataDir: string,
  name: string,
  launch: () => ChildProcess | Promise<ChildProcess>,
): Service {
  let stopped = false
  let inARow = 0
  let total = 0
  let timer: NodeJS.Timeout | undefined
  let identity: string | undefined
  let launching: Promise<void> = Promise.resolve()

  const failed = (how: string) => {
    if (stopped) return
    inARow += 1
    total += 1
    const delay = restartDelayMs(inARow)
    say(`  The ${name} ${how}; starting it again in ${delay / 1000} s`)
    timer = setTimeout(start, delay)
  }

  const begin = async () => {
    try {
      const child = await launch()
      const begunAt = Date.now()
      const own = rememberChild(dataDir, name, child)
      identity = own
      child.once('error', (error) => {
        if (child.pid === undefined) failed(`could not be started (${error.message})`)
      })
      child.once('exit', (code, signal) => {
        // One that was replaced on purpose is no failure.
        if (identity !== own) return
        identity = undefined
        if (Date.now() - begunAt > wellAfterMs) inARow = 0
        failed(endedHow(code, signal))
      })
      if (stopped && own) await endProcess(own)
    } catch (error) {
      failed(`could not be started (${error instanceof Error ? error.message : String(error)})`)
    }
  }

  const start = () => {
    launching = begin()
  }

  const end = async () => {
    clearTimeout(timer)
    await launching
    const current = identity
    identity = undefined
    if (current) await endProcess(current)
  }

  start()
  return {
    name,
    failures: () => total,
    restart: async () => {
      await end()
      if (!stopped) start()
    },
    stop: async () => {
      stopped = true
      await end()
    },
  }
}
