import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { at, faultOf, openShop, settler, type Shop } from './stripe-sandbox-client'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.sandbox.close())

type Interval = 'day' | 'week' | 'month' | 'year'

async function price(amount: number, interval: Interval, count = 1): Promise<string> {
  const { id } = await shop.stripe.prices.create({
    currency: 'usd',
    product_data: { name: interval },
    unit_amount: amount,
    recurring: { interval, interval_count: count },
  })
  return id
}

async function subscribe(day: string, prices: string[], more: object = {}) {
  const { stripe } = shop
  const { customer, until } = await settler(stripe, day)
  const items = prices.map((each) => ({ price: each }))
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items, ...more })
  const invoices = async () => {
    const { data } = await stripe.invoices.list({ subscription: subscription.id, limit: 100 })
    return data.toReversed()
  }
  return { subscription, until, invoices }
}

const amounts = (invoice: Stripe.Invoice | undefined) => invoice?.lines.data.map((line) => line.amount)

describe('items with rhythms of their own', () => {
  it('are billed together at first, then each when its period begins, on one invoice where that is one moment', async () => {
    const { until, invoices } = await subscribe('2026-01-31', [
      await price(12_000, 'year'),
      await price(1000, 'month'),
      await price(2500, 'month', 3),
    ])
    await until('2027-02-01')
    const all = await invoices()
    expect(all.map(amounts)).toEqual([
      [12_000, 1000, 2500],
      [1000],
      [1000],
      [1000, 2500],
      [1000],
      [1000],
      [1000, 2500],
      [1000],
      [1000],
      [1000, 2500],
      [1000],
      [1000],
      [12_000, 1000, 2500],
    ])
    const first = all[0]?.lines.data.map((line) => line.period)
    expect(first).toEqual([
      { start: at('2026-01-31'), end: at('2027-01-31') },
      { start: at('2026-01-31'), end: at('2026-02-28') },
      { start: at('2026-01-31'), end: at('2026-04-30') },
    ])
  })

  it('must be multiples of the shortest', async () => {
    const weekly = await price(100, 'week')
    const monthly = await price(1000, 'month', 2)
    const quarterly = await price(2500, 'month', 3)
    for (const prices of [
      [weekly, monthly],
      [monthly, quarterly],
    ]) {
      expect(await faultOf(subscribe('2026-01-01', prices))).toMatchObject({
        statusCode: 400,
        param: 'items',
      })
    }
  })

  it('end, where they are to, when all that is paid for is over', async () => {
    const prices = [await price(12_000, 'year'), await price(1000, 'month')]
    const { subscription } = await subscribe('2026-01-01', prices, { cancel_at_period_end: true })
    expect(subscription.cancel_at).toBe(at('2027-01-01'))
  })

  it('may join later: a year beside the month beats from the same anchor and is prorated', async () => {
    const { stripe } = shop
    const { subscription, until, invoices } = await subscribe('2026-01-01', [await price(1000, 'month')])
    await until('2026-03-11')
    await stripe.subscriptions.update(subscription.id, {
      items: [{ price: await price(36_500, 'year') }],
      proration_behavior: 'always_invoice',
    })
    const joined = await stripe.subscriptions.retrieve(subscription.id)
    expect(joined.items.data.map((item) => item.current_period_end)).toEqual([
      at('2026-04-01'),
      at('2027-01-01'),
    ])
    expect(amounts((await invoices()).at(-1))).toEqual([36_500 - 69 * 100])
    await until('2026-04-02')
    expect(amounts((await invoices()).at(-1))).toEqual([1000])
  })
})
