import { createInterface } from 'node:readline'
import { checkPort, claimDataDir } from '@/lib/cli/process/claim'
import { endLeftovers, endProcess, startProgram } from '@/lib/cli/process/child'
import {
  checkComplete,
  childEnvironment,
  loadSettings,
  makeDataDir,
} from '@/lib/cli/process/resolve-environment'
import { serve } from '@/lib/cli/process/serve'
import type { Shutdown } from '@/lib/cli/process/shutdown'
import { createShutdown, endOnSignals } from '@/lib/cli/process/shutdown'
import { say, seconds } from '@/lib/cli/process/terminal'
import type { Environment } from '@/lib/env'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'

/** Runs the demo maker, its talk shown as it comes; answers with what it printed: how to sign in. */
async function makeDemo(shutdown: Shutdown): Promise<string[]> {
  const program = { file: 'lib/demo/main.ts', env: childEnvironment() }
  const child = startProgram(program, ['ignore', 'pipe', 'inherit'])
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid)
  shutdown.add(async () => (identity ? endProcess(identity) : undefined))
  const lines: string[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', (status) => resolve(status ?? 1))
  })
  if (code !== 0 && !shutdown.begun())
    say(`  The demo could not be finished (its maker ended with ${code}); what is there stays`)
  return lines
}

function address({ appUrl, booksMode, stripeWebhookSecrets }: Environment): string[] {
  if (booksMode === 'sandbox') {
    return [
      `Tributary runs at ${appUrl}, on sandbox books`,
      '',
      `  Play the customer   ${appUrl}/sandbox`,
      `  Affiliate’s portal  ${appUrl}/portal`,
      `  Console             ${appUrl}/admin`,
      `  E-mail it sends     ${appUrl}/dev/mail`,
    ]
  }
  const closed =
    'STRIPE_WEBHOOK_SECRET is not set: Stripe’s events are refused; the console shows how to set it up'
  return [
    `Tributary runs at ${appUrl}, on ${booksMode} books`,
    ...(stripeWebhookSecrets.length === 0 ? [closed] : []),
  ]
}

/** `npm start` and `npm run dev`: runs until a signal, or says where it already runs. */
export async function startMain(mode: 'start' | 'dev'): Promise<number> {
  const begun = Date.now()
  const settings = loadSettings()
  checkComplete(settings)
  const dataDir = settings.DATA_DIR
  makeDataDir(dataDir)
  const port = settings.PORT ?? 3000
  const claim = await claimDataDir(dataDir, settings.APP_URL ?? `http://localhost:${port}`)
  if ('runningAt' in claim) {
    process.stdout.write(`Tributary already runs here: ${claim.runningAt}\n`)
    return 0
  }
  const shutdown = createShutdown()
  shutdown.add(async () => claim.release())
  endOnSignals(shutdown, () => 0)
  try {
    await endLeftovers(dataDir)
    await checkPort(port)
    say(`Tributary is starting${mode === 'dev' ? ' for development' : ''}`)
    const environment = await serve({ settings, port, mode, shutdown })
    claim.announce(true)
    const signIn = environment.booksMode === 'sandbox' ? await makeDemo(shutdown) : []
    if (!shutdown.begun()) {
      const lines = ['', ...address(environment), ...(signIn.length > 0 ? ['', ...signIn] : []), '']
      process.stdout.write(`${lines.join('\n')}\nReady after ${seconds(begun)}. Ctrl-C stops it.\n`)
    }
    return await new Promise<number>(() => {})
  } catch (error) {
    // What fails because everything is being stopped needs no words; the signal's own exit follows.
    if (shutdown.begun()) return await new Promise<number>(() => {})
    await shutdown.run()
    throw error
  }
}
