import { setTimeout as pause } from 'node:timers/promises'
import { logPath, logTail } from '@/lib/cli/process/child'
import type { Service } from '@/lib/cli/process/service'
import { CannotGoOn } from '@/lib/cli/process/terminal'

const readyWithinMs = 90_000
const mayFailTimes = 3

type Answer = { ready: boolean; words: string }

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    return {
      ready: response.status === 200,
      words: `${response.status} ${(await response.text()).slice(0, 300)}`,
    }
  } catch {
    return { ready: false, words: 'no answer' }
  }
}

/** Waits until `/api/health` answers 200. Throws CannotGoOn with what is not ready, or with the log of a service that keeps ending. */
export async function waitUntilHealthy(dataDir: string, port: number, services: Service[]): Promise<void> {
  let answer: Answer = { ready: false, words: 'no answer' }
  for (const until = Date.now() + readyWithinMs; Date.now() < until; await pause(100)) {
    answer = await ask(`http://localhost:${port}/api/health`)
    if (answer.ready) return
    const failing = services.find((service) => service.failures() >= mayFailTimes)
    if (failing) {
      const log = logPath(dataDir, failing.name)
      throw new CannotGoOn(
        `The ${failing.name} does not start; the last of ${log}:\n${logTail(dataDir, failing.name)}`,
      )
    }
  }
  throw new CannotGoOn(`/api/health was not ready within ${readyWithinMs / 1000} s: ${answer.words}`)
}
