import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { read } from '@/lib/stripe/read'
import { moveClock, openAccount, settle, whenThere, type Account } from './account'
import { seen } from './seen'

const patience = 300_000
const month = { interval: 'month' } as const

let account: Account
beforeAll(async () => {
  account = await openAccount()
}, patience)
afterAll(() => account.close(), patience)

async function productOf(name: string): Promise<string> {
  const { id } = await account.stripe.products.create({ name })
  account.atEnd(() => account.stripe.products.update(id, { active: false }))
  return id
}

describe('a tiered price', () => {
  it('shows its tiers to those who ask, and bills them a line each', async () => {
    const { stripe } = account
    const price = await stripe.prices.create({
      product: await productOf('Conformance seats'),
      currency: 'usd',
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 5, unit_amount: 1000 },
        { up_to: 'inf', unit_amount: 800, flat_amount: 500 },
      ],
      recurring: month,
    })
    const { body } = seen('price', await read.price(stripe, price.id))
    expect(body).toEqual({
      tiersMode: 'graduated',
      tiers: [
        { upTo: 5, unitAmount: '1000', flatAmount: null },
        { upTo: null, unitAmount: '800', flatAmount: '500' },
      ],
    })
    const { customer } = await settle(account, 'Conformance tiers')
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price: price.id, quantity: 7 }],
    })
    const item = seen('subscription', subscription).body.items[0]
    expect(item).toMatchObject({ unitAmount: null, tiered: true, quantity: 7, metered: false })
    const invoice = await stripe.invoices.retrieve(String(subscription.latest_invoice))
    expect(invoice.total).toBe(5 * 1000 + 2 * 800 + 500)
    const lines = seen('invoice', invoice).body.lines
    expect(lines.every((line) => line.priceId === price.id)).toBe(true)
    expect(lines.reduce((sum, line) => sum + line.amount, 0)).toBe(invoice.total)
  })
})

describe('a metered price', () => {
  it(
    'is billed by the renewal, with the period that is over',
    async () => {
      const { stripe } = account
      const eventName = `conformance_${randomUUID().replaceAll('-', '')}`
      const meter = await stripe.billing.meters.create({
        display_name: 'Conformance calls',
        event_name: eventName,
        default_aggregation: { formula: 'sum' },
      })
      account.atEnd(() => stripe.billing.meters.deactivate(meter.id))
      const price = await stripe.prices.create({
        product: await productOf('Conformance calls'),
        currency: 'usd',
        unit_amount: 300,
        recurring: { ...month, usage_type: 'metered', meter: meter.id },
      })
      const { customer, clock, begunAt } = await settle(account, 'Conformance usage')
      const subscription = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] })
      expect(seen('subscription', subscription).body.items).toMatchObject([{ metered: true }])
      await stripe.billing.meterEvents.create({
        event_name: eventName,
        payload: { stripe_customer_id: customer, value: '10' },
      })
      const day = 86_400
      const span = {
        start_time: begunAt - (begunAt % day) - day,
        end_time: begunAt - (begunAt % day) + 2 * day,
      }
      await whenThere(account, async () => {
        const { data } = await stripe.billing.meters.listEventSummaries(meter.id, { customer, ...span })
        return data.some((each) => each.aggregated_value === 10) ? data : null
      })
      const end = subscription.items.data[0]?.current_period_end ?? 0
      await moveClock(account, clock, end + 2 * 3_600)
      const { latest_invoice } = await stripe.subscriptions.retrieve(subscription.id)
      const { body } = seen('invoice', await read.invoice(stripe, String(latest_invoice)))
      expect(body).toMatchObject({ status: 'paid', total: 3000, linesComplete: true })
      const used = body.lines.filter((line) => line.amount > 0)
      expect(used).toMatchObject([{ amount: 3000, priceId: price.id }])
      expect(used[0]?.periodEnd).toBeLessThanOrEqual(body.createdAt)
    },
    patience,
  )
})
