import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  control,
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

async function subscribe(from: string, price = goods.monthly.id, extra: object = {}) {
  const home = await settler(shop.stripe, from)
  const subscription = await shop.stripe.subscriptions.create({
    customer: home.customer.id,
    items: [{ price }],
    ...extra,
  })
  const invoices = async () =>
    (await shop.stripe.invoices.list({ subscription: subscription.id, limit: 100 })).data.toReversed()
  const charge = async () => {
    const { data } = await shop.stripe.charges.list({ customer: home.customer.id })
    return data[0]?.id ?? ''
  }
  return { ...home, subscription, invoices, charge }
}

describe('money that goes back', () => {
  it('in parts adds up on the charge, each with a balance transaction of its own', async () => {
    const { charge } = await subscribe('2026-01-15')
    const id = await charge()
    await shop.stripe.refunds.create({ charge: id, amount: 1000 })
    const second = await shop.stripe.refunds.create({
      charge: id,
      amount: 400,
      expand: ['balance_transaction'],
    })
    expect(second.balance_transaction).toMatchObject({ amount: -400, fee: 0, net: -400, type: 'refund' })
    expect(await shop.stripe.charges.retrieve(id)).toMatchObject({ amount_refunded: 1400, refunded: false })
    const refunded = shop.sandbox
      .all('event')
      .filter((event) => event.type === 'charge.refunded')
      .slice(-2)
    expect(refunded.map((event) => event.data.previous_attributes)).toEqual([
      { amount_refunded: 0 },
      { amount_refunded: 1000 },
    ])
    expect(await faultOf(shop.stripe.refunds.create({ charge: id, amount: 1501 }))).toMatchObject({
      statusCode: 400,
    })
    await shop.stripe.refunds.create({ charge: id })
    expect(await shop.stripe.charges.retrieve(id)).toMatchObject({ amount_refunded: 2900, refunded: true })
    expect(await faultOf(shop.stripe.refunds.create({ charge: id }))).toMatchObject({
      code: 'charge_already_refunded',
    })
  })

  it('can fail afterwards, and comes back', async () => {
    const { charge } = await subscribe('2026-01-15')
    const id = await charge()
    const refund = await shop.stripe.refunds.create({
      charge: id,
      amount: 500,
      metadata: { sandbox_status: 'pending' },
    })
    expect(refund.status).toBe('pending')
    await control(shop.stripe, `refunds/${refund.id}/move`, { to: 'failed' })
    const failed = await shop.stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })
    expect(failed).toMatchObject({ status: 'failed', failure_balance_transaction: { amount: 500 } })
    expect(await shop.stripe.charges.retrieve(id)).toMatchObject({ amount_refunded: 0 })
    expect(typesOf(shop.sandbox)).toContain('refund.failed')
  })

  it('by a dispute is withdrawn at once with a fee, and given back when it is won', async () => {
    const { charge } = await subscribe('2026-01-15')
    const id = await charge()
    const opened = await control(shop.stripe, 'disputes', { charge: id })
    const dispute = await shop.stripe.disputes.retrieve(String(opened['id']))
    expect(dispute.balance_transactions[0]).toMatchObject({ amount: -2900, fee: 1500, net: -4400 })
    await shop.stripe.disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
      submit: true,
    })
    const won = await shop.stripe.disputes.retrieve(dispute.id)
    expect(won.status).toBe('won')
    expect(won.balance_transactions.map((each) => each.amount)).toEqual([-2900, 2900])
    const types = typesOf(shop.sandbox)
    for (const type of ['created', 'funds_withdrawn', 'funds_reinstated', 'closed'])
      expect(types).toContain(`charge.dispute.${type}`)
  })

  it('by an inquiry moves nothing until it becomes a chargeback', async () => {
    const { charge } = await subscribe('2026-01-15')
    const opened = await control(shop.stripe, 'disputes', { charge: await charge(), type: 'inquiry' })
    const id = String(opened['id'])
    expect(opened).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] })
    await control(shop.stripe, `disputes/${id}/move`, { to: 'escalated' })
    expect((await shop.stripe.disputes.retrieve(id)).balance_transactions).toHaveLength(1)
  })
})

describe('tax, currencies and money outside Stripe', () => {
  it('adds exclusive tax, finds inclusive tax inside, and settles in another currency', async () => {
    const euro = {
      product: goods.product.id,
      currency: 'eur',
      unit_amount: 2900,
      recurring: { interval: 'month' as const },
    }
    const price = await shop.stripe.prices.create(euro)
    const rate = { display_name: 'VAT', percentage: 20 }
    const exclusive = await shop.stripe.taxRates.create({ ...rate, inclusive: false })
    const inclusive = await shop.stripe.taxRates.create({ ...rate, inclusive: true })
    shop.sandbox.settings({ settlement: { eur: 'usd:1.0801' } })
    const added = await subscribe('2026-01-15', price.id, {
      default_tax_rates: [exclusive.id],
      discounts: [{ promotion_code: goods.code.id }],
    })
    expect((await added.invoices())[0]).toMatchObject({
      total: 3306,
      total_excluding_tax: 2755,
      total_taxes: [{ amount: 551 }],
    })
    const { data } = await shop.stripe.balanceTransactions.list({ source: await added.charge() })
    expect(data[0]).toMatchObject({ amount: 3571, currency: 'usd', exchange_rate: 1.0801 })
    const inside = await subscribe('2026-01-15', price.id, { default_tax_rates: [inclusive.id] })
    expect((await inside.invoices())[0]).toMatchObject({
      total: 2900,
      total_excluding_tax: 2417,
      total_taxes: [{ amount: 483 }],
    })
  })

  it('counts money outside Stripe as paid, by a payment record', async () => {
    const { customer } = await settler(shop.stripe, '2026-01-15')
    await shop.stripe.invoiceItems.create({ customer: customer.id, amount: 5000, currency: 'usd' })
    const draft = await shop.stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    const paid = await shop.stripe.invoices.pay(draft.id, { paid_out_of_band: true, expand: ['payments'] })
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 5000, amount_paid_off_stripe: 5000 })
    expect(
      paid.payments?.data.filter((each) => each.status === 'paid').map((each) => each.payment.type),
    ).toEqual(['payment_record'])
  })

  it('moves what is too little to charge to the balance as a debt', async () => {
    const { customer } = await settler(shop.stripe, '2026-01-15')
    await shop.stripe.invoiceItems.create({ customer: customer.id, amount: 30, currency: 'usd' })
    const draft = await shop.stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    const tiny = await shop.stripe.invoices.finalizeInvoice(draft.id)
    expect(tiny).toMatchObject({ status: 'paid', amount_due: 0, ending_balance: 30, total: 30 })
  })

  it('pages the lines of a long invoice', async () => {
    const { customer } = await settler(shop.stripe, '2026-01-15')
    for (let i = 1; i <= 13; i++) {
      await shop.stripe.invoiceItems.create({ customer: customer.id, amount: i * 100, currency: 'usd' })
    }
    const draft = await shop.stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    expect(draft.lines.data).toHaveLength(10)
    expect(draft.lines.has_more).toBe(true)
    const all = await shop.stripe.invoices
      .listLineItems(draft.id, { limit: 5 })
      .autoPagingToArray({ limit: 100 })
    expect(all.map((line) => line.amount)).toEqual(Array.from({ length: 13 }, (_, i) => (i + 1) * 100))
  })
})

describe('several ways to pay one invoice', () => {
  async function owed(amount: number) {
    const home = await settler(shop.stripe, '2026-01-15')
    await shop.stripe.invoiceItems.create({ customer: home.customer.id, amount, currency: 'usd' })
    const draft = await shop.stripe.invoices.create({
      customer: home.customer.id,
      pending_invoice_items_behavior: 'include',
    })
    return { ...home, invoice: await shop.stripe.invoices.finalizeInvoice(draft.id) }
  }

  it('are counted one by one, and the rest is charged', async () => {
    const { customer, method, invoice } = await owed(5000)
    const part = await shop.stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      customer: customer.id,
      payment_method: method,
      confirm: true,
    })
    const open = await shop.stripe.invoices.attachPayment(invoice.id, { payment_intent: part.id })
    expect(open).toMatchObject({ status: 'open', amount_paid: 2000, amount_remaining: 3000 })
    await shop.stripe.invoices.pay(invoice.id)
    const { data } = await shop.stripe.invoicePayments.list({ invoice: invoice.id, status: 'paid' })
    expect(data.map((each) => each.amount_paid).toSorted()).toEqual([2000, 3000])
    expect(
      (
        await shop.stripe.invoicePayments.list({
          payment: { type: 'payment_intent', payment_intent: part.id },
        })
      ).data,
    ).toHaveLength(1)
  })

  it('include confirming the invoice’s own PaymentIntent', async () => {
    const { customer, method } = await settler(shop.stripe, '2026-01-15')
    const waiting = await shop.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: goods.monthly.id }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.payments'],
    })
    expect(waiting.status).toBe('incomplete')
    const invoice = typeof waiting.latest_invoice === 'object' ? waiting.latest_invoice : null
    const intent = String(invoice?.payments?.data[0]?.payment.payment_intent)
    await shop.stripe.paymentIntents.confirm(intent, { payment_method: method })
    expect((await shop.stripe.subscriptions.retrieve(waiting.id)).status).toBe('active')
    expect((await shop.stripe.invoices.retrieve(invoice?.id ?? '')).status).toBe('paid')
  })
})

describe('credit notes', () => {
  it('on a paid invoice give back by refund, by credit, or outside Stripe', async () => {
    const { customer, invoices } = await subscribe('2026-01-15')
    const invoice = (await invoices())[0]?.id ?? ''
    const note = await shop.stripe.creditNotes.create({
      invoice,
      amount: 1000,
      refund_amount: 700,
      credit_amount: 300,
    })
    expect(note).toMatchObject({
      type: 'post_payment',
      post_payment_amount: 1000,
      refunds: [{ amount_refunded: 700 }],
    })
    expect(await shop.stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -300 })
    expect(await shop.stripe.invoices.retrieve(invoice)).toMatchObject({
      post_payment_credit_notes_amount: 1000,
    })
    const outside = await shop.stripe.creditNotes.create({ invoice, amount: 500, out_of_band_amount: 500 })
    expect(outside.out_of_band_amount).toBe(500)
    expect(
      await faultOf(shop.stripe.creditNotes.create({ invoice, amount: 5000, refund_amount: 5000 })),
    ).toMatchObject({
      param: 'amount',
    })
    expect(await faultOf(shop.stripe.creditNotes.create({ invoice, amount: 100 }))).toMatchObject({
      statusCode: 400,
    })
  })

  it('on an open invoice lower what is due, and can be voided', async () => {
    const { customer } = await settler(shop.stripe, '2026-01-15')
    await shop.stripe.invoiceItems.create({ customer: customer.id, amount: 5000, currency: 'usd' })
    const draft = await shop.stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    const { id } = await shop.stripe.invoices.finalizeInvoice(draft.id)
    const note = await shop.stripe.creditNotes.create({ invoice: id, amount: 2000 })
    expect(note.type).toBe('pre_payment')
    expect(await shop.stripe.invoices.retrieve(id)).toMatchObject({ amount_remaining: 3000, total: 5000 })
    await shop.stripe.creditNotes.voidCreditNote(note.id)
    expect(await shop.stripe.invoices.pay(id)).toMatchObject({ amount_paid: 5000, status: 'paid' })
  })
})
