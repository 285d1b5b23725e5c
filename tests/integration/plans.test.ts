import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { log } from '@/lib/log'
import { listPlans } from '@/lib/programme/plans'
import { createSandbox, type Sandbox } from '@/lib/stripe-sandbox'

let sandbox: Sandbox
let asked = 0
let isSilent = false

function client(): Stripe {
  const fetcher: typeof fetch = (...request) => {
    asked += 1
    return isSilent ? Promise.reject(new TypeError('fetch failed')) : sandbox.fetch(...request)
  }
  const httpClient = Stripe.createFetchHttpClient(fetcher)
  return new Stripe('sk_test_tests', { httpClient, maxNetworkRetries: 0, telemetry: false })
}

beforeAll(async () => {
  log.level = 'silent'
  sandbox = await createSandbox({ listen: false, seed: 'plans' })
  const stripe = client()
  for (const id of ['pro', 'team']) await stripe.products.create({ id, name: `Larkspur ${id}` })
  const price = { currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' } } as const
  await stripe.prices.create({ ...price, product: 'pro' })
  await stripe.prices.create({
    ...price,
    product: 'pro',
    unit_amount: 29000,
    recurring: { interval: 'year' },
  })
  await stripe.prices.create({ ...price, product: 'team', unit_amount: 7900, nickname: 'Autumn' })
  await stripe.prices.create({ product: 'pro', currency: 'usd', unit_amount: 100 })
})
afterAll(() => sandbox.close())

const names = async (products: string[] | null, stripe = client()) =>
  (await listPlans({ products }, stripe)).map(({ name, interval, amountMinor }) => [
    name,
    interval,
    amountMinor,
  ])

describe('the plans of the calculator', () => {
  it('are the catalogue’s subscriptions, the cheapest first', async () => {
    expect(await names(null)).toEqual([
      ['Larkspur pro', 'month', 2900n],
      ['Larkspur team, Autumn', 'month', 7900n],
      ['Larkspur pro', 'year', 29000n],
    ])
  })

  it('are those that earn by the terms', async () => {
    expect(await names(['team'])).toEqual([['Larkspur team, Autumn', 'month', 7900n]])
  })

  it('are not asked for by every visitor, and are none while Stripe is silent', async () => {
    const stripe = client()
    asked = 0
    for (let visitor = 0; visitor < 5; visitor++) await names(null, stripe)
    expect(asked).toBe(1)
    isSilent = true
    const silent = client()
    asked = 0
    for (let visitor = 0; visitor < 5; visitor++) expect(await names(null, silent)).toEqual([])
    expect(asked).toBe(1)
    isSilent = false
  })
})
