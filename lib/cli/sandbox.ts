import { parseArgs } from 'node:util'
import { loadSettings, makeDataDir } from '@/lib/cli/process/resolve-environment'
import { runningSandbox, startSandbox } from '@/lib/cli/process/sandbox-service'
import { endProcess } from '@/lib/cli/process/child'
import { createShutdown, endOnSignals } from '@/lib/cli/process/shutdown'
import { CannotGoOn, runMain } from '@/lib/cli/process/terminal'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'

function wantedPort(): number {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '12111' } } })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new CannotGoOn('--port is not usable: a whole number from 1 to 65535 is wanted.')
  }
  return port
}

/** `npm run sandbox [-- --port N]`: the stand-in for Stripe by itself, in the foreground. */
await runMain(async () => {
  const { DATA_DIR: dataDir } = loadSettings()
  makeDataDir(dataDir)
  const port = wantedPort()
  const there = runningSandbox(dataDir)
  if (there) {
    process.stdout.write(`The sandbox of this data directory already runs: ${there}\n`)
    return 0
  }
  const shutdown = createShutdown()
  endOnSignals(shutdown, () => 0)
  const { child, url } = await startSandbox(dataDir, port)
  const identity = child.pid === undefined ? undefined : processIdentity(child.pid)
  shutdown.add(async () => (identity ? endProcess(identity) : undefined))
  process.stdout.write(`Stripe’s stand-in listens at ${url}. Ctrl-C stops it.\n`)
  return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
})
