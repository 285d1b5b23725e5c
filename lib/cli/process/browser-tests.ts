import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { endProcess, startProgram } from '@/lib/cli/process/child'
import { runQuietly, withoutSettings } from '@/lib/cli/process/quiet-run'
import type { Shutdown } from '@/lib/cli/process/shutdown'
import type { Counts } from '@/lib/cli/process/static-checks'
import { CannotGoOn, step } from '@/lib/cli/process/terminal'
import { readSettings } from '@/lib/env'
import { freePort } from '@/lib/postgres'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'
import { findBrowser } from '@/tests/support/find-browser'

const startWithinMs = 600_000

/** Starts all of Tributary as `npm start` does, on settings of its own, and waits until it is ready, demo and all. */
async function startInstance(env: NodeJS.ProcessEnv, shutdown: Shutdown): Promise<void> {
  const child = startProgram({ file: 'lib/cli/start.ts', env }, ['ignore', 'pipe', 'pipe'])
  const identity = child.pid === undefined ? '' : (processIdentity(child.pid) ?? '')
  const patience = 60_000
  shutdown.add(() => endProcess(identity, patience))
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (words += chunk))
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) =>
      reject(new CannotGoOn(`The instance for the browser tests ${why}:\n${words}`))
    const timer = setTimeout(() => fail('was not ready in time'), startWithinMs)
    child.once('exit', (code) => fail(`ended with ${code}`))
    if (!child.stdout) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('Ready after')) return
      clearTimeout(timer)
      resolve()
    })
  })
}

const reportSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
})

/** Browser tests against a whole instance of their own, of the build in `distDir`. `dataDir` is an empty folder. */
export async function runBrowserTests(
  dataDir: string,
  distDir: string,
  shutdown: Shutdown,
): Promise<Counts & { words: string }> {
  const browser = await findBrowser(readSettings().CHROMIUM_PATH)
  if (!browser) {
    throw new CannotGoOn('No browser runs here: install Chromium, or name one in CHROMIUM_PATH.')
  }
  const port = await freePort()
  const env: NodeJS.ProcessEnv = {
    ...withoutSettings(),
    PORT: String(port),
    // Not 127.0.0.1: a browser would lose the session cookie.
    APP_URL: `http://localhost:${port}`,
    DATA_DIR: dataDir,
    NEXT_DIST_DIR: distDir,
    CHROMIUM_PATH: browser.executablePath,
  }
  await step(
    'instance',
    () => startInstance(env, shutdown),
    () => `ready at http://localhost:${port}`,
  )
  const report = `${dataDir}/playwright.json`
  const { code, words } = await runQuietly(
    'node_modules/@playwright/test/cli.js',
    ['test', '--pass-with-no-tests'],
    env,
  )
  try {
    const { stats } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')))
    const unseen = stats.unexpected === 0 && code !== 0 ? 1 : 0
    return {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + unseen,
      skipped: stats.skipped,
      words,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0, words }
  }
}
