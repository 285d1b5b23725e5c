import { parseArgs } from 'node:util'
import { createSandbox } from '@/lib/stripe-sandbox/index'

/** How often what is due outside test clocks is looked for. */
const tickMs = 1000
/** So many due things are done before requests get their turn. */
const dueAtOnce = 50

const { values } = parseArgs({ options: { port: { type: 'string' }, 'data-dir': { type: 'string' } } })
const dataDir = values['data-dir']
const sandbox = await createSandbox({
  port: Number(values.port ?? '0'),
  ...(dataDir === undefined ? {} : { dataDir }),
})

const timer = setInterval(() => {
  try {
    sandbox.tick(dueAtOnce)
  } catch (error) {
    process.stderr.write(`stripe-sandbox: ${error instanceof Error ? error.stack : String(error)}\n`)
  }
}, tickMs)
timer.unref()

async function stop(): Promise<void> {
  clearInterval(timer)
  await sandbox.close()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())

process.stdout.write(`${JSON.stringify({ url: sandbox.url })}\n`)
