import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  at,
  faultOf,
  openShop,
  settler,
  stock,
  typesOf,
  type Catalogue,
  type Shop,
} from './stripe-sandbox-client'

let shop: Shop
let goods: Catalogue
beforeAll(async () => {
  shop = await openShop()
  goods = await stock(shop.stripe)
})
afterAll(() => shop.sandbox.close())

const day = (seconds: number | null | undefined) => new Date((seconds ?? 0) * 1000).toISOString().slice(0, 10)

async function subscribe(from: string, price = goods.monthly.id, extra: object = {}) {
  const home = await settler(shop.stripe, from)
  const subscription = await shop.stripe.subscriptions.create({
    customer: home.customer.id,
    items: [{ price }],
    ...extra,
  })
  const invoices = async () =>
    (await shop.stripe.invoices.list({ subscription: subscription.id, limit: 100 })).data.toReversed()
  return { ...home, subscription, invoices, item: subscription.items.data[0]?.id ?? '' }
}

describe('renewals', () => {
  it('keep the day of the anchor and clamp it in short months', async () => {
    const { until, invoices } = await subscribe('2026-01-31')
    await until('2026-06-01')
    const periods = (await invoices()).map((invoice) => invoice.lines.data[0]?.period)
    expect(periods.map((period) => `${day(period?.start)} ${day(period?.end)}`)).toEqual([
      '2026-01-31 2026-02-28',
      '2026-02-28 2026-03-31',
      '2026-03-31 2026-04-30',
      '2026-04-30 2026-05-31',
      '2026-05-31 2026-06-30',
    ])
  })

  it('are done in time order across customers, and each event bears the time of its clock', async () => {
    const clock = await shop.stripe.testHelpers.testClocks.create({ frozen_time: at('2026-01-10') })
    for (const trial of [9, 4, 6]) {
      const customer = await shop.stripe.customers.create({
        test_clock: clock.id,
        payment_method: 'pm_card_visa',
      })
      const { data } = await shop.stripe.customers.listPaymentMethods(customer.id)
      await shop.stripe.subscriptions.create({
        customer: customer.id,
        items: [{ price: goods.monthly.id }],
        trial_period_days: trial,
        default_payment_method: data[0]?.id ?? '',
      })
    }
    const before = shop.sandbox.events().map((event) => event.id)
    const asked = await shop.stripe.testHelpers.testClocks.advance(clock.id, {
      frozen_time: at('2026-01-25'),
    })
    expect(asked.status).toBe('advancing')
    expect((await shop.stripe.testHelpers.testClocks.retrieve(clock.id)).status).toBe('ready')
    const paid = shop.sandbox
      .events()
      .filter((event) => !before.includes(event.id) && event.type === 'invoice.paid')
    expect(paid.map((event) => day(event.created))).toEqual(['2026-01-14', '2026-01-16', '2026-01-19'])
  })

  it('of 500 subscriptions fall due at one moment, and each is billed once', async () => {
    const clock = await shop.stripe.testHelpers.testClocks.create({ frozen_time: at('2026-01-10') })
    for (let i = 0; i < 500; i++) {
      const customer = await shop.stripe.customers.create({ test_clock: clock.id })
      const items = [{ price: goods.monthly.id }]
      await shop.stripe.subscriptions.create({
        customer: customer.id,
        items,
        default_payment_method: 'pm_card_visa',
      })
    }
    const before = shop.sandbox.all('invoice').length
    await shop.stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at('2026-02-11') })
    const renewals = shop.sandbox.all('invoice').slice(before)
    expect(renewals.map((it) => [it.billing_reason, it.status])).toEqual(
      Array.from({ length: 500 }, () => ['subscription_cycle', 'paid']),
    )
  })

  it('end a `once` discount after the first invoice and a `repeating` one after its months', async () => {
    await shop.stripe.coupons.create({ id: 'once', percent_off: 50, duration: 'once' })
    await shop.stripe.coupons.create({
      id: 'twice',
      amount_off: 100,
      currency: 'usd',
      duration: 'repeating',
      duration_in_months: 2,
    })
    const { until, invoices, subscription } = await subscribe('2026-01-15', goods.monthly.id, {
      discounts: [{ coupon: 'once' }, { coupon: 'twice' }],
    })
    await until('2026-03-20')
    expect((await invoices()).map((invoice) => invoice.total)).toEqual([1350, 2800, 2900])
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).discounts).toEqual([])
  })

  it('go on with a discount whose coupon has been deleted', async () => {
    const coupon = await shop.stripe.coupons.create({
      percent_off: 10,
      duration: 'forever',
      metadata: { of: 'ece' },
    })
    const { until, invoices } = await subscribe('2026-01-15', goods.monthly.id, {
      discounts: [{ coupon: coupon.id }],
    })
    await shop.stripe.coupons.del(coupon.id)
    await until('2026-02-20')
    expect((await invoices()).map((invoice) => invoice.total)).toEqual([2610, 2610])
    expect(await faultOf(shop.stripe.coupons.retrieve(coupon.id))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    })
  })

  it('that fail are tried again, then end the subscription', async () => {
    const { until, subscription, customer } = await subscribe('2026-01-15')
    const bad = await shop.stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })
    await shop.stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id })
    await until('2026-02-16')
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due')
    await until('2026-03-10')
    expect(await shop.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    })
  })

  it('that failed make the subscription active again once they are paid', async () => {
    const { until, subscription, customer, invoices, method } = await subscribe('2026-01-15')
    const bad = await shop.stripe.paymentMethods.attach('pm_card_chargeDeclinedInsufficientFunds', {
      customer: customer.id,
    })
    await shop.stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id })
    await until('2026-02-16')
    const owed = (await invoices()).at(-1)?.id ?? ''
    expect(await faultOf(shop.stripe.invoices.pay(owed))).toMatchObject({
      statusCode: 402,
      decline_code: 'insufficient_funds',
    })
    expect(await shop.stripe.invoices.pay(owed, { payment_method: method })).toMatchObject({ status: 'paid' })
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
  })
})

describe('cancelling', () => {
  it('at the period’s end happens then, and not before', async () => {
    const { until, subscription, invoices } = await subscribe('2026-01-15')
    const leaving = await shop.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
    expect(day(leaving.cancel_at)).toBe('2026-02-15')
    await until('2026-02-14')
    expect((await shop.stripe.subscriptions.retrieve(subscription.id)).status).toBe('active')
    await until('2026-03-20')
    const ended = await shop.stripe.subscriptions.retrieve(subscription.id)
    expect([ended.status, day(ended.ended_at)]).toEqual(['canceled', '2026-02-15'])
    expect(await invoices()).toHaveLength(1)
  })

  it('at once ends at once', async () => {
    const { subscription, until } = await subscribe('2026-01-15')
    await until('2026-01-20')
    const ended = await shop.stripe.subscriptions.cancel(subscription.id)
    expect([ended.status, day(ended.ended_at)]).toEqual(['canceled', '2026-01-20'])
    expect(typesOf(shop.sandbox)).toContain('customer.subscription.deleted')
  })
})

describe('changing a subscription', () => {
  it('from monthly to annual credits what was really paid and bills a new period now', async () => {
    const { subscription, item, invoices, until } = await subscribe('2026-02-01', goods.monthly.id, {
      discounts: [{ promotion_code: goods.code.id }],
    })
    await until('2026-02-15')
    await shop.stripe.subscriptions.update(subscription.id, { items: [{ id: item, price: goods.yearly.id }] })
    const [first, upgrade] = await invoices()
    const lines = upgrade?.lines.data ?? []
    expect(
      lines.map((line) => [
        line.amount,
        line.discount_amounts?.[0]?.amount ?? 0,
        day(line.period.start),
        day(line.period.end),
      ]),
    ).toEqual([
      [-1378, 0, '2026-02-15', '2026-03-01'],
      [29000, 1450, '2026-02-15', '2027-02-15'],
    ])
    expect(upgrade).toMatchObject({ total: 26172, billing_reason: 'subscription_update', status: 'paid' })
    expect(lines.map((line) => line.parent?.subscription_item_details?.proration)).toEqual([true, true])
    expect(lines[0]?.parent?.subscription_item_details?.proration_details?.credited_items?.invoice).toBe(
      first?.id,
    )
  })

  it('within its rhythm waits for the next invoice', async () => {
    const { subscription, item, invoices, until } = await subscribe('2026-04-01')
    await until('2026-04-16')
    await shop.stripe.subscriptions.update(subscription.id, { items: [{ id: item, quantity: 3 }] })
    expect(await invoices()).toHaveLength(1)
    await until('2026-05-02')
    const renewal = (await invoices())[1]
    expect(renewal?.lines.data.map((line) => line.amount)).toEqual([-1450, 4350, 8700])
    expect(renewal?.total).toBe(11600)
  })

  it('downwards leaves a credit that the next invoices use up', async () => {
    const { subscription, item, invoices, until, customer } = await subscribe('2026-04-01', goods.yearly.id)
    await until('2026-04-02')
    await shop.stripe.subscriptions.update(subscription.id, {
      items: [{ id: item, price: goods.monthly.id }],
    })
    const change = (await invoices())[1]
    expect(change).toMatchObject({ amount_due: 0, status: 'paid', total: -26021 })
    expect(await shop.stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -26021 })
    await until('2026-05-03')
    expect((await invoices())[2]).toMatchObject({
      total: 2900,
      amount_due: 0,
      starting_balance: -26021,
      ending_balance: -23121,
    })
  })

  it('adds a code later, and says what was there before', async () => {
    const { subscription } = await subscribe('2026-01-15')
    await shop.stripe.subscriptions.update(subscription.id, {
      discounts: [{ promotion_code: goods.code.id }],
    })
    const event = shop.sandbox.all('event').filter((each) => each.type === 'customer.subscription.updated')
    const ours = event.find((each) => 'id' in each.data.object && each.data.object.id === subscription.id)
    expect(ours?.data.previous_attributes).toEqual({ discounts: [] })
  })
})
