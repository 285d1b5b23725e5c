import { say } from '@/lib/cli/process/terminal'

/** Ends what was begun, the last first. */
export type Shutdown = {
  /** Registers how to end something. Where the end has already begun, it is ended at once. */
  add(end: () => Promise<void>): void
  run(): Promise<void>
  begun(): boolean
}

export function createShutdown(): Shutdown {
  const ends: (() => Promise<void>)[] = []
  let running: Promise<void> | undefined

  const attempt = async (end: () => Promise<void>) => {
    try {
      await end()
    } catch (error) {
      say(`  Not everything could be ended: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const runAll = async () => {
    for (let end = ends.pop(); end; end = ends.pop()) await attempt(end)
  }
  return {
    add: (end) => {
      ends.push(end)
      if (running) running = running.then(runAll)
    },
    run: () => (running ??= runAll()),
    begun: () => running !== undefined,
  }
}

// Ctrl-C reaches the whole foreground at once and may arrive here twice; only a later one is impatience.
const sameSignalMs = 1_000

/** On SIGINT, SIGTERM and SIGHUP runs `shutdown` and exits with `code`; a second signal a second later exits at once. */
export function endOnSignals(shutdown: Shutdown, code: (signal: NodeJS.Signals) => number): void {
  let firstAt: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (firstAt !== undefined) {
        if (Date.now() - firstAt > sameSignalMs) process.exit(130)
        return
      }
      firstAt = Date.now()
      say('Stopping')
      void shutdown.run().then(() => process.exit(code(signal)))
    })
  }
}
