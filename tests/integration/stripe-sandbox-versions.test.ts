import { createServer, type IncomingMessage } from 'node:http'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, settler, stock, type Shop } from './stripe-sandbox-client'
import { folder, isFields, recorded } from './stripe-sandbox-recorded'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
  const { stripe } = shop
  const goods = await stock(stripe)
  const { customer } = await settler(stripe, '2026-01-01')
  await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: goods.monthly.id }],
    discounts: [{ promotion_code: goods.code.id }],
  })
  await stripe.invoiceItems.create({
    customer: customer.id,
    amount: 1000,
    currency: 'usd',
    description: 'One-time setup fee',
  })
  const draft = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  })
  await stripe.invoices.pay(draft.id)
})
afterAll(() => shop.sandbox.close())

type Fields = Record<string, unknown>

/** The last event of a type, in the shape of a version. */
function told(version: string, type: string): Fields {
  const event = shop.sandbox.events(version).findLast((it) => it.type === type)
  expect(event?.api_version).toBe(version)
  return { ...event?.data.object }
}

const lineOf = (invoice: Fields): Fields => {
  const { lines } = invoice
  const first: unknown = isFields(lines) && Array.isArray(lines['data']) ? lines['data'][0] : null
  return isFields(first) ? first : {}
}

/** Of a price that was made by hand, which the recorded invoice has and an invoice item of an amount has not. */
const namesOf = (object: Fields) => Object.keys(object).filter((name) => name !== 'subscription')

describe.skipIf(!existsSync(folder))('an invoice has the fields that Stripe recorded', () => {
  it.each(['2024-06-20', '2024-12-18.acacia', '2025-02-24.acacia', '2025-10-29.clover', '2026-03-25.dahlia'])(
    'in %s',
    (version) => {
      const theirs = recorded(`can_create_an_invoice__invoice_paid_${version}`)
      const ours = told(version, 'invoice.paid')
      expect(Object.keys(ours).toSorted()).toEqual(Object.keys(theirs).toSorted())
      expect(namesOf(lineOf(ours)).toSorted()).toEqual(namesOf(lineOf(theirs)).toSorted())
    },
  )
})

describe('before 2025-03-31', () => {
  it('an invoice names its one payment, its subscription and its discount whole', () => {
    const [first] = shop.sandbox.events('2024-06-20').filter((it) => it.type === 'invoice.paid')
    const [charge] = shop.sandbox.all('charge')
    const [subscription] = shop.sandbox.all('subscription')
    expect(first?.data.object).toMatchObject({
      paid: true,
      charge: charge?.id,
      payment_intent: charge?.payment_intent,
      subscription: subscription?.id,
      discount: { object: 'discount', coupon: { id: 'aff_ahmet', percent_off: 5 } },
      amount_paid: 2755,
      total_tax_amounts: [],
    })
    expect(lineOf({ ...first?.data.object })).toMatchObject({
      type: 'subscription',
      price: { object: 'price', unit_amount: 2900 },
      plan: { object: 'plan', interval: 'month' },
      proration: false,
      subscription: subscription?.id,
      amount_excluding_tax: 2755,
    })
  })

  it('a charge and its PaymentIntent name their invoice, a subscription its period', () => {
    const invoice = shop.sandbox.all('invoice').at(-1)
    expect(told('2024-06-20', 'charge.succeeded')).toMatchObject({ invoice: invoice?.id })
    expect(told('2025-02-24.acacia', 'payment_intent.succeeded')).toMatchObject({ invoice: invoice?.id })
    const [item] = shop.sandbox.all('subscription')[0]?.items.data ?? []
    expect(told('2025-02-24.acacia', 'customer.subscription.created')).toMatchObject({
      current_period_end: item?.current_period_end,
      discount: { coupon: { id: 'aff_ahmet' } },
    })
    expect(told('2025-03-31.basil', 'charge.succeeded')).not.toHaveProperty('invoice')
  })
})

describe('before 2025-09-30', () => {
  it('a promotion code and a discount carry their coupon', () => {
    expect(told('2025-08-27.basil', 'promotion_code.created')).toMatchObject({ coupon: { id: 'aff_ahmet' } })
    expect(told('2025-08-27.basil', 'customer.discount.created')).toMatchObject({
      coupon: { id: 'aff_ahmet' },
    })
    expect(told('2025-09-30.clover', 'promotion_code.created')).toMatchObject({
      promotion: { coupon: 'aff_ahmet' },
    })
  })
})

describe('an endpoint of an older version', () => {
  it('is sent that version’s shapes', async () => {
    const bodies: Fields[] = []
    const server = createServer((request, response) => {
      void textOf(request).then((text) => {
        const body: unknown = JSON.parse(text)
        if (isFields(body)) bodies.push(body)
        response.end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await shop.stripe.webhookEndpoints.create({
      url: `http://127.0.0.1:${port}`,
      enabled_events: ['charge.succeeded'],
      api_version: '2024-06-20',
    })
    await shop.stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    await shop.sandbox.flush()
    await new Promise((resolve) => server.close(resolve))
    expect(bodies).toMatchObject([
      { api_version: '2024-06-20', data: { object: { object: 'charge', invoice: null } } },
    ])
  })
})

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString('utf8')
}
