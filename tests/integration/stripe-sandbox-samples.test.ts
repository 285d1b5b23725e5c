import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { control, openShop, settler, stock, type Shop } from './stripe-sandbox-client'
import { folder, recorded } from './stripe-sandbox-recorded'

const newer = 'newer than the sample, in the types of the pinned SDK'

/** Stripe's own sample objects say which fields exist, in a version between the recordings' and the pinned one. */
const samples = `${folder}schema-samples/`

describe.skipIf(!existsSync(samples))('objects have the fields of Stripe’s samples', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop()
  })
  afterAll(() => shop.sandbox.close())

  const onRequest = 'only where the account or the request has something for it'
  /** Fields that are excepted, by object, and why. */
  const apart: Record<string, Record<string, string>> = {
    charge: { refunds: 'only when expanded', radar_options: onRequest },
    credit_note_line_item: { invoice_line_item: 'only where a line of the invoice is credited' },
    customer: { customer_account: newer },
    dispute: { intended_submission_method: newer },
    invoiceitem: { net_amount: onRequest },
    payment_intent: {
      allowed_payment_method_types: newer,
      payment_record: newer,
      payment_details: onRequest,
    },
    subscription_item: { current_trial: newer },
    webhook_endpoint: { secret: 'only at creation' },
    checkout_session: { allowed_payment_method_types: newer },
  }

  async function objects(): Promise<Record<string, object | undefined>> {
    const { stripe, sandbox } = shop
    const { coupon, code, monthly } = await stock(stripe)
    const { customer } = await settler(stripe, '2026-01-15')
    const endpoint = await stripe.webhookEndpoints.create({
      url: 'https://example.com',
      enabled_events: ['*'],
    })
    sandbox.pause()
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] })
    const invoice = (await stripe.invoices.list({ customer: customer.id })).data[0]
    const creditNote = await stripe.creditNotes.create({
      invoice: invoice?.id ?? '',
      amount: 500,
      credit_amount: 500,
    })
    const charge = (await stripe.charges.list({ customer: customer.id })).data[0]
    const refund = await stripe.refunds.create({ charge: charge?.id ?? '', amount: 100 })
    const dispute = await control(stripe, 'disputes', { charge: charge?.id })
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        { price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'Once' } }, quantity: 1 },
      ],
    })
    return {
      balance_transaction: (await stripe.balanceTransactions.list()).data[0],
      charge,
      checkout_session: session,
      coupon,
      credit_note: creditNote,
      credit_note_line_item: creditNote.lines.data[0],
      customer,
      customer_balance_transaction: (await stripe.customers.listBalanceTransactions(customer.id)).data[0],
      dispute,
      event: (await stripe.events.list()).data[0],
      invoice_payment: (await stripe.invoicePayments.list({ invoice: invoice?.id ?? '' })).data[0],
      invoiceitem: await stripe.invoiceItems.create({ customer: customer.id, amount: 100, currency: 'usd' }),
      line_item: invoice?.lines.data[0],
      payment_intent: (await stripe.paymentIntents.list({ customer: customer.id })).data[0],
      price: monthly,
      promotion_code: code,
      refund,
      subscription_item: (await stripe.subscriptions.list({ customer: customer.id })).data[0]?.items.data[0],
      webhook_endpoint: endpoint,
    }
  }

  it('by name, each of them', async () => {
    const wrong: string[] = []
    for (const [name, ours] of Object.entries(await objects())) {
      const sample = recorded(`schema-samples/${name}`)
      const here = new Set(Object.keys(ours ?? {}).filter((field) => field !== 'lastResponse'))
      for (const field of new Set([...Object.keys(sample), ...here])) {
        if (here.has(field) === field in sample || field in (apart[name] ?? {})) continue
        wrong.push(`${name}.${field}: ${here.has(field) ? 'only here' : 'missing here'}`)
      }
    }
    expect(wrong).toEqual([])
  })
})
