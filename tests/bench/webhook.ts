import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import autocannon from 'autocannon'
import { ensureBuild, nextProgram } from '@/lib/cli/process/build'
import { takeBuildFolder } from '@/lib/cli/process/build-folder'
import { endProcess, startProgram } from '@/lib/cli/process/child'
import { withoutSettings } from '@/lib/cli/process/quiet-run'
import { freePort } from '@/lib/postgres'
import { processIdentity } from '@/lib/postgres/file-lock.mjs'
import { ownFolder } from '@/tests/support/own-folder'
import type { Bench } from './bench'
import { makeTemplate, openBooks } from './books'
import { inTurn, timed, type Figure } from './figure'
import { live } from './lives'

const secret = 'whsec_bench'
const connections = 16

interface Delivery {
  body: string
  signature: string
}

/**
 * The built route under a load generator: events that are committed, beside live-mode events, which these test books refuse when
 * they have been read, verified and parsed: the same route, all of it but the database.
 */
export async function measureWebhook({ server, rounds, quick }: Bench): Promise<Figure[]> {
  const requests = quick ? 1_000 : 3_000
  const lives = await live({ seed: 'webhook', customers: 20, codes: 5, months: 1 })
  await lives.sandbox.close()
  const books = await openBooks(
    server,
    await makeTemplate(server, lives, { count: 5, ownerOf: (code) => code }),
  )
  const build = takeBuildFolder()
  try {
    await ensureBuild(build.distDir, () => {})
    const web = await startWeb(books.url, build.distDir)
    try {
      const send = async (livemode: boolean, mark: string, many = requests) => {
        const deliveries = prepare(lives.events, livemode, mark, many)
        return timed(() => shoot(web.url, deliveries, livemode ? 400 : 200))
      }
      await send(false, 'warm', 300)
      await send(true, 'warm', 300)
      const turns = await inTurn(
        rounds,
        (round) => send(true, String(round)),
        (round) => send(false, String(round)),
      )
      const note = `the built route, ${connections} connections, load generator and PostgreSQL on the same cores`
      return [
        { name: 'webhook: verify and commit', value: requests / turns.b, unit: 'requests/s', note },
        { name: 'webhook: verify, without a database', value: requests / turns.a, unit: 'requests/s' },
        { name: 'with / without a database', value: turns.ratio, unit: 'ratio', aim: { atLeast: 0.7 } },
      ]
    } finally {
      await web.stop()
    }
  } finally {
    build.release()
    await books.drop()
  }
}

/** Events of a life, each with an id of its own. */
function prepare(events: readonly string[], livemode: boolean, mark: string, many: number): Delivery[] {
  const at = Math.floor(Date.now() / 1000)
  return Array.from({ length: many }, (_, index) => {
    const event: object = JSON.parse(events[index % events.length] ?? '{}')
    const body = JSON.stringify({ ...event, id: `evt_${mark}_${livemode}_${index}`, livemode })
    const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
    return { body, signature: `t=${at},v1=${digest}` }
  })
}

async function shoot(url: string, deliveries: Delivery[], wanted: number): Promise<void> {
  let next = 0
  const result = await autocannon({
    url: `${url}/api/stripe/webhook`,
    connections,
    amount: deliveries.length,
    method: 'POST',
    requests: [
      {
        setupRequest: (request) => {
          const { body = '', signature = '' } = deliveries[next++ % deliveries.length] ?? {}
          const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
          return { ...request, body, headers }
        },
      },
    ],
  })
  const answered = result.statusCodeStats?.[`${wanted}`]?.count ?? 0
  if (Number(answered) !== deliveries.length)
    throw new Error(`${deliveries.length} were sent: ${JSON.stringify(result.statusCodeStats)}`)
}

async function startWeb(
  databaseUrl: string,
  distDir: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = ownFolder('bench-web')
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = {
    ...withoutSettings(),
    DATABASE_URL: databaseUrl,
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_WEBHOOK_SECRET: secret,
    APP_URL: url,
    AUTH_SECRET: 'a secret of the bench, long enough to be taken',
    PORT: String(port),
    WORKER: 'off',
    LOG_LEVEL: 'error',
    DATA_DIR: folder.path,
    NEXT_DIST_DIR: distDir,
  }
  const child = startProgram({ file: nextProgram, args: ['start', '--port', String(port)], env }, [
    'ignore',
    'pipe',
    'pipe',
  ])
  const stop = async () => {
    await endProcess(processIdentity(child.pid ?? 0) ?? '')
    folder.remove()
  }
  for (const until = Date.now() + 60_000; ; await pause(100)) {
    const answer = await fetch(`${url}/api/health`).catch(() => null)
    if (answer?.status === 200) return { url, stop }
    if (Date.now() > until) {
      await stop()
      throw new Error(`The web server did not start: ${await answer?.text()}`)
    }
  }
}
