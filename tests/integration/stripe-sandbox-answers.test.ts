import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Failure } from '@/lib/stripe-sandbox/machine/settings'
import { faultOf, openShop, type Shop } from './stripe-sandbox-client'
import { fund, payee, send, sent } from './stripe-sandbox-payees'

const day = 86_400
let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.sandbox.close())

function fail(...failures: (Partial<Failure> & Pick<Failure, 'how'>)[]): void {
  const whole = failures.map((it) => ({
    path: '/v1/transfers',
    method: 'POST' as const,
    status: 500,
    times: 1,
    ...it,
  }))
  shop.sandbox.settings({ failures: whole })
}

describe('an idempotency key', () => {
  it('answers the same again and makes nothing new', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    const first = await send(shop.stripe, destination, 'p1')
    const again = await send(shop.stripe, destination, 'p1')
    expect(again).toEqual(first)
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(sent(shop)).toBe(1)
  })

  it('refuses another body', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    await send(shop.stripe, destination, 'p1', 1000)
    expect(await faultOf(send(shop.stripe, destination, 'p1', 1001))).toMatchObject({
      statusCode: 400,
      type: 'StripeIdempotencyError',
    })
    expect(sent(shop)).toBe(1)
  })

  it('replays an error too: what the balance did not reach fails again after it would', async () => {
    const destination = await payee(shop)
    await faultOf(send(shop.stripe, destination, 'p1'))
    await fund(shop, 5000)
    expect(await faultOf(send(shop.stripe, destination, 'p1'))).toMatchObject({
      code: 'balance_insufficient',
    })
    await send(shop.stripe, destination, 'p2')
    expect(sent(shop)).toBe(1)
  })

  it('replays a 500, whether the transfer was made or not', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    fail({ how: 'kept' }, { how: 'broken' })
    for (const key of ['p1', 'p1', 'p2', 'p2']) {
      expect(await faultOf(send(shop.stripe, destination, key))).toMatchObject({
        statusCode: 500,
        type: 'StripeAPIError',
      })
    }
    const found = await shop.stripe.transfers.list({ transfer_group: 'run_1' })
    expect(found.data.map((it) => it.metadata['payout'])).toEqual(['p2'])
  })

  it('is forgotten after a day of the sandbox’s time', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    await send(shop.stripe, destination, 'p1')
    shop.sandbox.advance(day - 60)
    await send(shop.stripe, destination, 'p1')
    expect(sent(shop)).toBe(1)
    shop.sandbox.advance(120)
    await send(shop.stripe, destination, 'p1')
    expect(sent(shop)).toBe(2)
  })

  it('that is in use is a 409, and the first request is still done', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    fail({ how: 'late', ms: 200 })
    // Without sockets requests arrive in the order in which they are made.
    const stripe = new Stripe('sk_test_shop', {
      httpClient: Stripe.createFetchHttpClient(shop.sandbox.fetch),
      maxNetworkRetries: 0,
    })
    const first = send(stripe, destination, 'p1')
    const second = faultOf(send(stripe, destination, 'p1'))
    expect(await second).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' })
    expect((await first).metadata).toEqual({ payout: 'p1' })
    expect(sent(shop)).toBe(1)
  })
})

describe('an answer', () => {
  it('that is lost leaves a transfer, found by its group and not made twice by its key', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    fail({ how: 'lost' })
    expect(await faultOf(send(shop.stripe, destination, 'p1'))).toMatchObject({
      type: 'StripeConnectionError',
    })
    const [found] = (await shop.stripe.transfers.list({ transfer_group: 'run_1' })).data
    expect((await send(shop.stripe, destination, 'p1')).id).toBe(found?.id)
    expect(sent(shop)).toBe(1)
  })

  it('that never comes leaves a transfer all the same', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    fail({ how: 'mute' })
    const { stripe } = shop
    const fault = await faultOf(
      stripe.transfers.create(
        { amount: 1000, currency: 'usd', destination },
        { idempotencyKey: 'p1', timeout: 2_000 },
      ),
    )
    expect(fault).toMatchObject({ type: 'StripeConnectionError' })
    await expect.poll(() => sent(shop), { timeout: 10_000 }).toBe(1)
  })

  it('to a request that came two times is one transfer with a key and two without', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    fail({ how: 'twice', times: 2 })
    await send(shop.stripe, destination, 'p1')
    expect(sent(shop)).toBe(1)
    const form = new URLSearchParams({ amount: '1', currency: 'usd', destination })
    await fetch(`${shop.sandbox.url}/v1/transfers`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_shop' },
      body: form,
    })
    expect(sent(shop)).toBe(3)
  })

  it('is an error of one’s choice for the requests of one method, and for a share of them', async () => {
    const destination = await payee(shop)
    await fund(shop, 5000)
    fail({ how: 'error', status: 400, code: 'transfers_not_allowed', message: 'Not to this country.' })
    expect((await shop.stripe.transfers.list()).data).toEqual([])
    expect(await faultOf(send(shop.stripe, destination, 'p1'))).toMatchObject({
      statusCode: 400,
      code: 'transfers_not_allowed',
    })
    fail({ how: 'error', status: 429, times: 1000, chance: 0.5 })
    const codes: (string | undefined)[] = []
    for (let i = 0; i < 40; i++) {
      codes.push(
        await send(shop.stripe, destination, `q${i}`, 1).then(
          () => 'done',
          (error: unknown) => (error instanceof Stripe.errors.StripeError ? error.code : 'other'),
        ),
      )
    }
    expect(new Set(codes)).toEqual(new Set(['done', 'rate_limit']))
    expect(sent(shop)).toBe(codes.filter((code) => code === 'done').length)
  })
})
