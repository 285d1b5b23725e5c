import { createServer, type Server } from 'node:http'
import Stripe from 'stripe'
import { closeDatabase, database } from '@/db'
import { makeDemo } from '@/lib/demo/make-demo'
import { tellStory, type Deed } from '@/lib/demo/story'
import { receive } from '@/lib/intake/receive'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'
import { testDatabase } from '@/tests/support/database'
import { useEnvironment } from '@/tests/support/environment'

/** Books and a sandbox of one's own, in which the demo can be made. */
export interface Stage {
  sandbox: Sandbox
  /** Makes the demo with a short story. */
  tell(stripe?: Stripe): Promise<void>
  /** From now on the sandbox delivers over HTTP, signed, to the code behind the webhook's route. */
  listen(): Promise<void>
  close(): Promise<void>
}

/** Ahmet and Sofia, and one of everything that customers do. */
function shortStory(start: Parameters<typeof tellStory>[0]): Deed[] {
  const story = tellStory(start)
  const lives = new Map<string, Deed[]>()
  for (const deed of story) {
    if (deed.kind === 'join') continue
    lives.set(deed.customer.email, [...(lives.get(deed.customer.email) ?? []), deed])
  }
  const has = (wanted: (deed: Deed) => boolean) => (life: Deed[]) => life.some(wanted)
  const ofAhmet = has((deed) => 'code' in deed && JSON.stringify(deed.code).includes('AHMET'))
  const all = [...lives.values()]
  const chosen = [
    all[0],
    all.filter(ofAhmet).find(has((deed) => deed.kind === 'refund' && deed.shareBps < 10_000)),
    all.filter(ofAhmet).find(has((deed) => deed.kind === 'refund' && deed.shareBps === 10_000)),
    all.find(has((deed) => deed.kind === 'cancel' && deed.when === 'period_end')),
    all.find(has(({ kind }) => kind === 'add_code')),
    all.find(has((deed) => deed.kind === 'buy' && deed.plan === 'onboarding')),
  ]
  const kept = new Set(chosen.flatMap((life) => life ?? []))
  return story.filter((deed, index) => (deed.kind === 'join' ? index < 2 : kept.has(deed)))
}

/** A client of the sandbox's; `through` may spoil what it sends. */
export function clientOf(sandbox: Sandbox, through: typeof fetch = sandbox.fetch): Stripe {
  return new Stripe('sk_test_tests', {
    httpClient: Stripe.createFetchHttpClient(through),
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

export async function openStage(): Promise<Stage> {
  const store = await testDatabase()
  const sandbox = await createSandbox({ seed: 'demo' })
  useEnvironment(store, { STRIPE_API_BASE: sandbox.url })
  let server: Server | undefined
  return {
    sandbox,
    tell: (stripe = clientOf(sandbox)) =>
      makeDemo({ db: database(), stripe, tell: () => undefined }, shortStory),
    listen: async () => {
      server = await webhookServer()
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : undefined
      const { secret } = await clientOf(sandbox).webhookEndpoints.create({
        url: `http://127.0.0.1:${port}/`,
        enabled_events: ['*'],
      })
      useEnvironment(store, {
        STRIPE_API_BASE: sandbox.url,
        STRIPE_WEBHOOK_SECRET: secret ?? '',
        WORKER: 'off',
      })
    },
    close: async () => {
      server?.close()
      await closeDatabase()
      await sandbox.close()
      await store.drop()
    },
  }
}

async function webhookServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = { 'stripe-signature': String(request.headers['stripe-signature']) }
      const delivery = new Request('http://localhost/', {
        method: 'POST',
        headers,
        body: Buffer.concat(chunks),
      })
      void receive(delivery).then((answer) => response.writeHead(answer.status).end())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** What stands at Stripe, without ids and times. */
export function standing(sandbox: Sandbox) {
  const emails = new Map(sandbox.all('customer').map(({ id, email }) => [id, email]))
  const emailOf = (customer: string | null) => emails.get(customer ?? '')
  return {
    customers: [...emails.values()].toSorted(),
    bought: sandbox
      .all('checkout.session')
      .filter(({ status }) => status === 'complete')
      .map(({ customer, amount_total: total }) => `${emailOf(customer)} ${total}`)
      .toSorted(),
    subscriptions: sandbox
      .all('subscription')
      .map(({ customer, status, discounts }) => `${emailOf(customer)} ${status} ${discounts.length}`)
      .toSorted(),
    refunds: sandbox
      .all('refund')
      .map(({ amount }) => amount)
      .toSorted((a, b) => a - b),
    payments: sandbox
      .all('charge')
      .map(({ customer, amount }) => `${emailOf(customer)} ${amount}`)
      .toSorted(),
    prices: sandbox.all('price').length,
    coupons: sandbox.all('coupon').length,
    codes: sandbox
      .all('promotion_code')
      .map(({ code }) => code)
      .toSorted(),
    clocks: sandbox.all('test_helpers.test_clock').length,
  }
}
