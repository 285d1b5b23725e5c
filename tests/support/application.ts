import { setTimeout as pause } from 'node:timers/promises'
import { inject } from 'vitest'
import { logTail, startLogged } from '@/lib/cli/process/child'
import { nextProgram } from '@/lib/cli/process/build'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { keepRunning, type Service } from '@/lib/cli/process/service'
import { freePort } from '@/lib/postgres'
import { stripeKey, webhookSecret } from './fault-books'
import { ownFolder } from './own-folder'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder, inside the project, of the built web application. */
    distDir: string
  }
}

/** What web servers and workers are given, as `npm start` gives it to them. */
export interface ApplicationOptions {
  databaseUrl: string
  stripeUrl: string
  webs?: number
  workers?: number
  /** How far these processes' clocks are ahead of everybody else's. */
  clockAheadSeconds?: number
}

/** Built web servers and workers on one database, each started again when it ends by itself, as `npm start` does. */
export interface Application {
  urls: string[]
  dataDir: string
  webs: Service[]
  workers: Service[]
  /** The last lines that a process wrote. */
  words(name: string): string
  stop(): Promise<void>
}

const skewedClock = (seconds: number): string =>
  `${new URL('./skewed-clock.mjs', import.meta.url).href}?seconds=${seconds}`

export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const { databaseUrl, stripeUrl, webs = 1, workers = 1, clockAheadSeconds = 0 } = options
  const folder = ownFolder('application')
  const dataDir = folder.path
  const ports = await Promise.all(Array.from({ length: webs }, () => freePort()))
  const environment = (port: number): NodeJS.ProcessEnv => ({
    ...withoutSettings(),
    DATABASE_URL: databaseUrl,
    STRIPE_SECRET_KEY: stripeKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_BASE: stripeUrl,
    APP_URL: `http://localhost:${port}`,
    AUTH_SECRET: 'a secret of the tests, long enough to be taken',
    PORT: String(port),
    WORKER: workers > 0 ? 'on' : 'off',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    NEXT_DIST_DIR: inject('distDir'),
    ...(clockAheadSeconds !== 0 && { NODE_OPTIONS: `--import ${skewedClock(clockAheadSeconds)}` }),
  })
  const keep = (name: string, program: Parameters<typeof startLogged>[2]) =>
    keepRunning(dataDir, name, () => startLogged(dataDir, name, program, true))
  const services = {
    webs: ports.map((port, at) =>
      keep(`web-${at}`, {
        file: nextProgram,
        args: ['start', '--port', String(port)],
        env: environment(port),
      }),
    ),
    workers: Array.from({ length: workers }, (_, at) =>
      keep(`worker-${at}`, { file: 'lib/intake/worker-main.ts', env: environment(ports[0] ?? 0) }),
    ),
  }
  const urls = ports.map((port) => `http://localhost:${port}`)
  const stop = async () => {
    await Promise.all([...services.webs, ...services.workers].map((service) => service.stop()))
    folder.remove()
  }
  try {
    for (const url of urls) await whenHealthy(url, 120_000)
  } catch (error) {
    const words = ['web-0', 'worker-0'].map((name) => logTail(dataDir, name)).join('\n')
    await stop()
    throw new Error(`The application did not start:\n${words}`, { cause: error })
  }
  return { urls, dataDir, ...services, words: (name) => logTail(dataDir, name, 30), stop }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) })
    return answer.status === 200
  } catch {
    return false
  }
}

/** Waits until a web server says that all it needs is there. Throws after `withinMs`. */
export async function whenHealthy(url: string, withinMs: number): Promise<void> {
  for (const until = Date.now() + withinMs; !(await isHealthy(url)); await pause(50)) {
    if (Date.now() > until) throw new Error(`${url} was not healthy within ${withinMs / 1000} s`)
  }
}
