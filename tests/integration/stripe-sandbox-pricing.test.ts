import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { at, faultOf, openShop, settler, type Shop } from './stripe-sandbox-client'

let shop: Shop
beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.sandbox.close())

type Tiers = NonNullable<Stripe.PriceCreateParams['tiers']>
const month = { interval: 'month' } as const

async function tiered(
  mode: 'graduated' | 'volume',
  tiers: Tiers,
  recurring: Stripe.PriceCreateParams['recurring'] = month,
): Promise<Stripe.Price> {
  return shop.stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Seats' },
    billing_scheme: 'tiered',
    tiers_mode: mode,
    tiers,
    recurring,
  })
}

const steps: Tiers = [
  { up_to: 5, unit_amount: 1000 },
  { up_to: 10, unit_amount: 800, flat_amount: 300 },
  { up_to: 'inf', unit_amount: 500 },
]

async function firstInvoice(price: string, quantity: number): Promise<Stripe.Invoice> {
  const { customer } = await settler(shop.stripe, '2026-01-01')
  const subscription = await shop.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price, quantity }],
  })
  return shop.stripe.invoices.retrieve(String(subscription.latest_invoice))
}
const amounts = (invoice: Stripe.Invoice) => invoice.lines.data.map((line) => [line.quantity, line.amount])

describe('a tiered price', () => {
  it('graduated, bills the units of each tier at its own price, a line each', async () => {
    const price = await tiered('graduated', steps)
    const invoice = await firstInvoice(price.id, 12)
    expect(amounts(invoice)).toEqual([
      [5, 5000],
      [5, 4000],
      [1, 300],
      [2, 1000],
    ])
    expect(invoice.total).toBe(10_300)
    expect(invoice.amount_paid).toBe(10_300)
  })

  it('volume, bills all units at the price of the tier that the number reaches', async () => {
    const price = await tiered('volume', steps)
    expect(amounts(await firstInvoice(price.id, 5))).toEqual([[5, 5000]])
    expect(amounts(await firstInvoice(price.id, 6))).toEqual([
      [6, 4800],
      [1, 300],
    ])
    expect(amounts(await firstInvoice(price.id, 11))).toEqual([[11, 5500]])
  })

  it('shows its tiers only to those who expand them, also inside a subscription', async () => {
    const { stripe } = shop
    const price = await tiered('volume', steps)
    expect(price).toMatchObject({ billing_scheme: 'tiered', tiers_mode: 'volume', unit_amount: null })
    expect((await stripe.prices.retrieve(price.id)).tiers).toBeUndefined()
    const shown = [
      { up_to: 5, unit_amount: 1000, flat_amount: null },
      { up_to: 10, unit_amount: 800, flat_amount: 300 },
      { up_to: null, unit_amount: 500 },
    ]
    expect((await stripe.prices.retrieve(price.id, { expand: ['tiers'] })).tiers).toMatchObject(shown)
    const { customer } = await settler(stripe, '2026-01-01')
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 2 }],
    })
    const read = await stripe.subscriptions.retrieve(id, { expand: ['items.data.price.tiers'] })
    expect(read.items.data[0]?.price.tiers).toMatchObject(shown)
  })

  it('credits what its tiers cost when the number changes', async () => {
    const { stripe } = shop
    const price = await tiered('graduated', steps)
    const { customer, until } = await settler(stripe, '2026-01-01')
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 10 }],
    })
    await until('2026-01-16')
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: subscription.items.data[0]?.id ?? '', quantity: 5 }],
      proration_behavior: 'always_invoice',
    })
    const [latest] = (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data
    const half = (amount: number) => Math.round((amount * 16) / 31)
    expect(latest?.total).toBe(-half(5000) - half(4000) - half(300) + half(5000))
  })

  it('is refused where its tiers do not reach up in order to the end', async () => {
    for (const tiers of [[], [{ up_to: 5, unit_amount: 1 }], [{ up_to: 'inf' }, { up_to: 5 }]] as Tiers[]) {
      expect(await faultOf(tiered('volume', tiers))).toMatchObject({ statusCode: 400, param: 'tiers' })
    }
  })
})

async function calls(
  formula: 'sum' | 'count' | 'last' = 'sum',
): Promise<{ meter: Stripe.Billing.Meter; price: Stripe.Price }> {
  const { stripe } = shop
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: 'calls',
    default_aggregation: { formula },
  })
  const price = await stripe.prices.create({
    currency: 'usd',
    product_data: { name: 'Calls' },
    unit_amount: 3,
    recurring: { ...month, usage_type: 'metered', meter: meter.id },
  })
  return { meter, price }
}

const use = (customer: string, value: number, timestamp?: number, identifier?: string) =>
  shop.stripe.billing.meterEvents.create({
    event_name: 'calls',
    payload: { stripe_customer_id: customer, value: String(value) },
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(identifier === undefined ? {} : { identifier }),
  })

describe('a metered price', () => {
  it('bills what was used in the period that is over, with that period, on the renewal’s invoice', async () => {
    const { stripe } = shop
    const { price } = await calls()
    const base = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Base' },
      unit_amount: 1000,
      recurring: month,
    })
    const { customer, until } = await settler(stripe, '2026-01-01')
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }, { price: base.id }],
    })
    const first = await stripe.invoices.retrieve(String(subscription.latest_invoice))
    expect(amounts(first)).toEqual([[1, 1000]])
    await use(customer.id, 40)
    await until('2026-01-20')
    await use(customer.id, 60)
    await until('2026-02-01')
    await use(customer.id, 7, at('2026-01-31') + 100)
    await until('2026-03-02')
    const invoices = (await stripe.invoices.list({ customer: customer.id })).data.toReversed()
    expect(invoices.slice(1).map((invoice) => invoice.lines.data.map((line) => line.amount))).toEqual([
      [300, 1000],
      [0, 1000],
    ])
    const line = invoices[1]?.lines.data[0]
    expect(line).toMatchObject({
      quantity: 100,
      period: { start: at('2026-01-01'), end: at('2026-02-01') },
      pricing: { price_details: { price: price.id } },
    })
    expect(line?.period.end).toBe(invoices[1]?.created)
  })

  it('adds up, counts or takes the last value, as its meter says, and each event once', async () => {
    const { stripe } = shop
    const span = { start_time: at('2026-01-01'), end_time: at('2026-02-01') }
    for (const [formula, value] of [
      ['sum', 12],
      ['count', 2],
      ['last', 4],
    ] as const) {
      const { meter } = await calls(formula)
      const { customer } = await settler(stripe, '2026-01-05')
      await use(customer.id, 8)
      await use(customer.id, 4, undefined, formula)
      expect(await faultOf(use(customer.id, 4, undefined, formula))).toMatchObject({ param: 'identifier' })
      const summary = await stripe.billing.meters.listEventSummaries(meter.id, {
        customer: customer.id,
        ...span,
      })
      expect(summary.data[0]?.aggregated_value, formula).toBe(value)
      await stripe.billing.meters.deactivate(meter.id)
    }
  })

  it('may have tiers', async () => {
    const { stripe } = shop
    const { meter } = await calls()
    const price = await tiered(
      'graduated',
      [
        { up_to: 10, unit_amount: 0 },
        { up_to: 'inf', unit_amount_decimal: Stripe.Decimal.from('0.5') },
      ],
      { ...month, usage_type: 'metered', meter: meter.id },
    )
    const { customer, until } = await settler(stripe, '2026-01-01')
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] })
    await use(customer.id, 15)
    await until('2026-02-02')
    const [renewal] = (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data
    expect(renewal && amounts(renewal)).toEqual([
      [10, 0],
      [5, 3],
    ])
  })

  it('is billed for the last time when the subscription ends with its period, or at once where one asks', async () => {
    const { stripe } = shop
    const { price } = await calls()
    const { customer, until } = await settler(stripe, '2026-01-01')
    const items = [{ price: price.id }]
    await stripe.subscriptions.create({ customer: customer.id, items, cancel_at_period_end: true })
    await use(customer.id, 100)
    await until('2026-02-02')
    const newest = async () => (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data[0]
    expect(await newest()).toMatchObject({ total: 300, status: 'paid' })
    const second = await stripe.subscriptions.create({ customer: customer.id, items })
    await use(customer.id, 50)
    await stripe.subscriptions.cancel(second.id, { invoice_now: true })
    expect(await newest()).toMatchObject({ total: 150, status: 'paid' })
  })

  it('needs a meter', async () => {
    const fault = await faultOf(
      shop.stripe.prices.create({
        currency: 'usd',
        product_data: { name: 'Calls' },
        unit_amount: 3,
        recurring: { ...month, usage_type: 'metered' },
      }),
    )
    expect(fault).toMatchObject({ statusCode: 400, param: 'recurring[meter]' })
  })
})
