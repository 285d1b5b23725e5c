import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createPacedStripe } from './paced-client'
import { sendTransfer } from './transfers'

let server: Server | null = null
afterEach(() => void server?.close())

const ask = {
  payoutId: 'pay_1',
  runId: 'run_1',
  affiliateId: 'aff_1',
  amountMinor: 5000n,
  currency: 'usd',
  destination: 'acct_1',
}

/** Answers the first requests with 429 and how long to wait, then makes the transfer. */
async function busyStripe(retryAfter: string[]): Promise<{ url: string; keys: string[] }> {
  const keys: string[] = []
  const listening = createServer((request, response) => {
    keys.push(String(request.headers['idempotency-key']))
    request.resume()
    const seconds = retryAfter[keys.length - 1]
    const headers = { 'content-type': 'application/json' }
    if (seconds !== undefined) {
      response.writeHead(429, { ...headers, 'retry-after': seconds })
      response.end(JSON.stringify({ error: { type: 'invalid_request_error', message: 'Slower.' } }))
      return
    }
    response.writeHead(200, headers)
    const { amountMinor, currency, destination } = ask
    const made = { id: 'tr_1', object: 'transfer', amount: Number(amountMinor), currency, destination }
    response.end(JSON.stringify(made))
  })
  server = listening
  await new Promise<void>((resolve) => void listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo // it listens on a port
  return { url: `http://127.0.0.1:${port}`, keys }
}

it('waits as long as Stripe says and asks again under the same key', async () => {
  const { url, keys } = await busyStripe(['7', '2'])
  const waited: number[] = []
  const pause = async (ms: number) => void waited.push(ms)
  const { stripe, spent } = createPacedStripe('sk_test_1', url, { perSecond: 1_000_000, patience: 3, pause })
  expect(await sendTransfer(stripe, ask, 'tributary/pay_1/1')).toMatchObject({ kind: 'sent' })
  expect(keys).toEqual(Array.from({ length: 3 }, () => 'tributary/pay_1/1'))
  expect(waited.filter((ms) => ms >= 1_000)).toEqual([7_000, 2_000])
  expect(spent()).toEqual({ calls: 3, limited: 2 })
})

it('leaves a transfer unknown that Stripe has no time for', async () => {
  const { url, keys } = await busyStripe(['1', '1', '1', '1'])
  const pause = () => Promise.resolve()
  const { stripe } = createPacedStripe('sk_test_1', url, { perSecond: 1_000_000, patience: 3, pause })
  expect(await sendTransfer(stripe, ask, 'tributary/pay_1/1')).toMatchObject({
    kind: 'unknown',
    spent: false,
  })
  expect(keys).toHaveLength(3)
})

it('asks no faster than its pace', async () => {
  const { url } = await busyStripe([])
  const waited: number[] = []
  const pause = async (ms: number) => void waited.push(ms)
  const { stripe } = createPacedStripe('sk_test_1', url, { perSecond: 0.001, pause })
  await Promise.all([1, 2, 3].map((n) => sendTransfer(stripe, ask, `tributary/pay_${n}/1`)))
  expect(waited.map((ms) => Math.ceil(ms / 1_000_000))).toEqual([1, 2])
})
