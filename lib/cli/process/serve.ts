import { ensureBuild, nextProgram } from '@/lib/cli/process/build'
import { startLogged } from '@/lib/cli/process/child'
import type { DatabaseUrls } from '@/lib/cli/process/database'
import { checkDatabases, keepDatabase, migrateDatabase } from '@/lib/cli/process/database'
import { waitUntilHealthy } from '@/lib/cli/process/health'
import {
  applyEnvironment,
  childEnvironment,
  sandboxValues,
  type LoadedSettings,
  type Values,
} from '@/lib/cli/process/resolve-environment'
import { ensureWebhookEndpoints, startSandbox } from '@/lib/cli/process/sandbox-service'
import type { Service } from '@/lib/cli/process/service'
import { keepRunning } from '@/lib/cli/process/service'
import type { Shutdown } from '@/lib/cli/process/shutdown'
import { say, step } from '@/lib/cli/process/terminal'
import type { Environment } from '@/lib/env'
import { env } from '@/lib/env'
import { openOwnBooks } from '@/lib/programme/open-own-books'

type Serving = {
  settings: LoadedSettings
  port: number
  /** `dev` serves the sources as they change, `start` a build of them. */
  mode: 'start' | 'dev'
  shutdown: Shutdown
}

async function openDatabase({ settings, shutdown }: Serving, services: Service[]): Promise<DatabaseUrls> {
  const { DATABASE_URL: url, DATABASE_MIGRATE_URL, DATABASE_REPLICA_URL } = settings
  if (url) {
    const named = { DATABASE_URL: url, DATABASE_MIGRATE_URL, DATABASE_REPLICA_URL }
    await step(
      'Database',
      () => checkDatabases(named),
      () => new URL(url).host,
    )
    return { url, migrateUrl: DATABASE_MIGRATE_URL ?? url }
  }
  const pending = keepDatabase(settings.DATA_DIR, (moved) => {
    applyEnvironment({ DATABASE_URL: moved.url, DATABASE_MIGRATE_URL: moved.migrateUrl })
    for (const service of services) void service.restart()
  })
  shutdown.add(async () => {
    const database = await pending.catch(() => undefined)
    await database?.stop()
  })
  return step(
    'PostgreSQL',
    () => pending,
    ({ adopted, port }) => `${adopted ? 'ran already,' : 'runs'} on port ${port}`,
  )
}

/** The sandbox and what it makes of the environment; nothing where there is a Stripe key. */
async function openStripe({ settings, port, shutdown }: Serving): Promise<Values> {
  if (settings.STRIPE_SECRET_KEY) return {}
  const dataDir = settings.DATA_DIR
  let url = ''
  const first = await step(
    'Sandbox',
    () => startSandbox(dataDir),
    (started) => `Stripe’s stand-in at ${started.url}`,
  )
  let next: typeof first | undefined = first
  const service = keepRunning(dataDir, 'sandbox', async () => {
    const started = next ?? (await startSandbox(dataDir, Number(new URL(url).port)))
    next = undefined
    url = started.url
    return started.child
  })
  shutdown.add(service.stop)
  const target = `http://localhost:${port}/api/stripe/webhook`
  return sandboxValues(settings, first.url, await ensureWebhookEndpoints(dataDir, first.url, target))
}

function startServices(
  { settings, port, mode, shutdown }: Serving,
  services: Service[],
  distDir: string,
): void {
  const { booksMode, worker } = env()
  const dataDir = settings.DATA_DIR
  const logged = booksMode === 'sandbox'
  const keep = (name: string, launch: Parameters<typeof keepRunning>[2]) => {
    const service = keepRunning(dataDir, name, launch)
    services.push(service)
    shutdown.add(service.stop)
  }
  keep('web', () => {
    const program = { file: nextProgram, args: [mode, '--port', String(port)] }
    const values = childEnvironment({ NEXT_DIST_DIR: distDir }, mode === 'dev' ? 'development' : 'production')
    return startLogged(dataDir, 'web', { ...program, env: values }, logged)
  })
  if (!worker) return
  keep('worker', () => {
    const program = { file: 'lib/intake/worker-main.ts', env: childEnvironment() }
    return startLogged(dataDir, 'worker', program, logged)
  })
}

/** Brings everything up and keeps it up until `shutdown` runs. Throws CannotGoOn, EnvironmentError or PostgresUnavailable. */
export async function serve(serving: Serving): Promise<Environment> {
  const { settings, port, mode } = serving
  const services: Service[] = []
  const urls = await openDatabase(serving, services)
  await step(
    'Migrations',
    () => migrateDatabase(urls),
    ({ applied }) => (applied ? `${applied} applied` : 'up to date'),
  )
  const stripe = await openStripe(serving)
  applyEnvironment({
    DATA_DIR: settings.DATA_DIR,
    PORT: String(port),
    DATABASE_URL: urls.url,
    DATABASE_MIGRATE_URL: urls.migrateUrl,
    ...stripe,
  })
  await step('Books', openOwnBooks, () => `${env().booksMode} books`)
  const distDir = settings.NEXT_DIST_DIR ?? '.next'
  if (mode === 'start') {
    await step(
      'Build',
      () =>
        ensureBuild(distDir, (pid) => say(`  Build        waiting for process ${pid}, which is building`)),
      (outcome) => outcome,
    )
  }
  startServices(serving, services, distDir)
  const names = services.map(({ name }) => name).join(' and ')
  await step(
    'Serving',
    () => waitUntilHealthy(settings.DATA_DIR, port, services),
    () => `${names} ready`,
  )
  return env()
}
