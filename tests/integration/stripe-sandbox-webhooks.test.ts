import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import Stripe from 'stripe'
import { afterEach, describe, expect, it } from 'vitest'
import { clientOf, control, openShop, type Shop } from './stripe-sandbox-client'

interface Inbox {
  url: string
  received: { id: string; type: string; body: string; signature: string }[]
  answers: number[]
  close(): Promise<void>
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** An endpoint that answers 200, or what is put into `answers` first. */
async function inbox(): Promise<Inbox> {
  const received: Inbox['received'] = []
  const answers: number[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => (body += part))
    request.on('end', () => {
      const { id, type } = Object(JSON.parse(body))
      received.push({ id, type, body, signature: String(request.headers['stripe-signature']) })
      response.writeHead(answers.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const made = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  open.push(made)
  return made
}

async function shopWith(
  url: string,
  events: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ['*'],
  options = {},
) {
  const shop: Shop = await openShop(options)
  open.push(shop.sandbox)
  const endpoint = await shop.stripe.webhookEndpoints.create({ url, enabled_events: events })
  return { ...shop, endpoint }
}

describe('deliveries', () => {
  it('are signed over the body as it is sent, with the secret that was shown once', async () => {
    const hook = await inbox()
    const { stripe, sandbox, endpoint } = await shopWith(hook.url)
    await stripe.customers.create({ name: 'Jo' })
    expect(await sandbox.flush()).toEqual({ delivered: true, undelivered: 0 })
    const [delivery] = hook.received
    const event = stripe.webhooks.constructEvent(
      delivery?.body ?? '',
      delivery?.signature ?? '',
      endpoint.secret ?? '',
    )
    expect(event).toMatchObject({ type: 'customer.created', pending_webhooks: 1, livemode: false })
    expect(event.request?.id).toMatch(/^req_/)
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined()
    expect((await stripe.events.retrieve(event.id)).pending_webhooks).toBe(0)
  })

  it('bring only the types that were asked for', async () => {
    const hook = await inbox()
    const { stripe, sandbox } = await shopWith(hook.url, ['product.created'])
    await stripe.customers.create({})
    await stripe.products.create({ name: 'P' })
    await sandbox.flush()
    expect(hook.received.map((each) => each.type)).toEqual(['product.created'])
  })

  it('are tried again until they are taken, with the same bytes', async () => {
    const hook = await inbox()
    hook.answers.push(500, 503)
    const { stripe, sandbox } = await shopWith(hook.url, ['*'], {
      settings: { webhooks: { retryFirstMs: 1 } },
    })
    await stripe.customers.create({})
    expect((await sandbox.flush()).delivered).toBe(true)
    expect(new Set(hook.received.map((each) => each.body)).size).toBe(1)
    expect(hook.received).toHaveLength(3)
  })

  it('that are not taken can be found, and can be sent again', async () => {
    const hook = await inbox()
    hook.answers.push(500)
    const { stripe, sandbox } = await shopWith(hook.url, ['*'], {
      settings: { webhooks: { retryForSeconds: 0 } },
    })
    await stripe.customers.create({})
    await sandbox.flush()
    const failed = await stripe.events.list({ delivery_success: false })
    expect(failed.data.map((event) => event.type)).toEqual(['customer.created'])
    expect(sandbox.undelivered()).toMatchObject([{ lost: true, lastError: 'HTTP 500' }])
    sandbox.resend(failed.data[0]?.id ?? '')
    await sandbox.flush()
    expect(hook.received).toHaveLength(2)
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([])
  })

  it('are duplicated, lost and shuffled on demand, alike for one seed', async () => {
    const run = async () => {
      const hook = await inbox()
      const faults = { duplicate: 0.3, lose: 0.1, shuffle: 5, seed: 'dice' }
      const { stripe, sandbox } = await shopWith(hook.url, ['*'], {
        settings: { faults, webhooks: { concurrency: 1 } },
      })
      for (let i = 0; i < 40; i++) await stripe.customers.create({ name: String(i) })
      await sandbox.flush()
      return hook.received.map((each) => each.id)
    }
    const [first, second] = [await run(), await run()]
    expect(first.length).toBeGreaterThan(new Set(first).size)
    expect(new Set(first).size).toBeLessThan(40)
    expect(new Set(first)).toEqual(new Set(second))
  })

  it('wait while they are paused', async () => {
    const hook = await inbox()
    const { stripe, sandbox } = await shopWith(hook.url)
    sandbox.pause()
    await stripe.customers.create({})
    expect(await sandbox.flush(1)).toEqual({ delivered: false, undelivered: 1 })
    expect(hook.received).toEqual([])
    await control(stripe, 'webhooks/resume')
    expect(await control(stripe, 'webhooks/flush')).toMatchObject({ delivered: true })
    expect(hook.received).toHaveLength(1)
  })
})

describe('a restart', () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'stripe-sandbox-'))
    open.push({ close: async () => rmSync(path, { recursive: true, force: true }) })
    return path
  }

  it('keeps everything: objects, keys, what is due, and what is not delivered yet', async () => {
    const hook = await inbox()
    const dataDir = folder()
    const first = await shopWith(hook.url, ['customer.created', 'invoice.paid'], { dataDir })
    first.sandbox.pause()
    const { stripe } = first
    const product = await stripe.products.create({ name: 'Pro' })
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 2900,
      recurring: { interval: 'month' },
    })
    const customer = await stripe.customers.create({ name: 'Jo' }, { idempotencyKey: 'jo' })
    await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      default_payment_method: 'pm_card_visa',
    })
    const counts = first.sandbox.events().length
    await first.sandbox.close()

    const second = await openShop({ dataDir, seed: 'another' })
    open.push(second.sandbox)
    expect(second.sandbox.events()).toHaveLength(counts)
    expect((await second.stripe.customers.create({ name: 'Jo' }, { idempotencyKey: 'jo' })).id).toBe(
      customer.id,
    )
    expect((await second.stripe.customers.create({})).id).not.toBe(customer.id)
    second.sandbox.resume()
    await second.sandbox.flush()
    expect(hook.received.map((each) => each.type)).toEqual([
      'customer.created',
      'invoice.paid',
      'customer.created',
    ])
    second.sandbox.advance(32 * 86_400)
    expect((await second.stripe.invoices.list({ customer: customer.id })).data).toHaveLength(2)
  })

  it('leaves a torn last line out', async () => {
    const dataDir = folder()
    const first = await openShop({ dataDir })
    const { id } = await first.stripe.customers.create({ name: 'whole' })
    await first.sandbox.close()
    appendFileSync(join(dataDir, 'journal.jsonl'), '{"count":9,"puts":[{"object":"customer","id":"cus_torn"')
    const second = await openShop({ dataDir })
    open.push(second.sandbox)
    expect((await second.stripe.customers.list()).data.map((each) => each.id)).toEqual([id])
  })

  it('after a kill has all that was answered', async () => {
    const dataDir = folder()
    const main = fileURLToPath(new URL('../../lib/stripe-sandbox/main.ts', import.meta.url))
    const start = async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', main, '--data-dir', dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
      })
      for await (const line of createInterface({ input: child.stdout })) {
        const { url } = Object(JSON.parse(line))
        return { child, port: Number(new URL(String(url)).port) }
      }
      throw new Error('The sandbox did not start')
    }
    const gone = (child: ReturnType<typeof spawn>, signal: 'SIGKILL' | 'SIGTERM') =>
      new Promise<number | null>((resolve) => {
        child.once('exit', resolve)
        child.kill(signal)
      })
    const first = await start()
    const stripe = new Stripe('sk_test_x', { host: '127.0.0.1', port: first.port, protocol: 'http' })
    const { id } = await stripe.customers.create({ name: 'answered' })
    await gone(first.child, 'SIGKILL')
    const second = await start()
    const again = new Stripe('sk_test_x', { host: '127.0.0.1', port: second.port, protocol: 'http' })
    expect(await again.customers.retrieve(id)).toMatchObject({ name: 'answered' })
    expect(await gone(second.child, 'SIGTERM')).toBe(0)
  })
})

describe('state', () => {
  it('is counted by kind', async () => {
    const hook = await inbox()
    const { stripe, sandbox } = await shopWith(hook.url)
    await clientOf(sandbox).products.create({ name: 'P' })
    const state: unknown = await stripe.rawRequest('GET', '/v1/test_helpers/sandbox/state')
    expect(state).toMatchObject({ counts: { product: 1, webhook_endpoint: 1, event: 1 } })
  })
})
