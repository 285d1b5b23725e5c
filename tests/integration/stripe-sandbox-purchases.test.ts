import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  at,
  control,
  faultOf,
  openShop,
  settler,
  stock,
  typesOf,
  visit,
  type Catalogue,
  type Shop,
} from './stripe-sandbox-client'

describe('a purchase through Checkout', () => {
  let shop: Shop
  let goods: Catalogue
  beforeAll(async () => {
    shop = await openShop()
    goods = await stock(shop.stripe)
  })
  afterAll(() => shop.sandbox.close())

  const open = (price: string, extra: object = {}) =>
    shop.stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price, quantity: 1 }],
      allow_promotion_codes: true,
      client_reference_id: 'ref_1',
      success_url: 'https://example.com/thanks',
      ...extra,
    })

  it('tells its events in Stripe’s order, the fee last', async () => {
    const before = typesOf(shop.sandbox).length
    const session = await open(goods.monthly.id)
    await visit(shop.stripe, session.id, { promotion_code: 'ahmet5', email: 'jo@example.com' })
    expect(typesOf(shop.sandbox).slice(before)).toEqual([
      'customer.created',
      'payment_method.attached',
      'charge.succeeded',
      'payment_intent.succeeded',
      'customer.subscription.created',
      'customer.discount.created',
      'invoice.created',
      'payment_intent.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'invoice_payment.paid',
      'checkout.session.completed',
      'charge.updated',
    ])
    const charged = shop.sandbox.events().findLast((event) => event.type === 'charge.succeeded')
    expect(charged?.data.object).toMatchObject({ balance_transaction: null, amount: 2755 })
    const updated = shop.sandbox.events().findLast((event) => event.type === 'charge.updated')
    expect(updated?.data.previous_attributes).toEqual({ balance_transaction: null })
  })

  it('shows a typed code as a promotion code without its coupon, and the discount as an id', async () => {
    const session = await open(goods.monthly.id)
    const paid = await visit(shop.stripe, session.id, { promotion_code: 'AHMET5' })
    expect(paid.discounts).toEqual([{ coupon: null, promotion_code: goods.code.id }])
    expect(paid).toMatchObject({
      amount_subtotal: 2900,
      amount_total: 2755,
      payment_status: 'paid',
      status: 'complete',
    })
    const invoice = await shop.stripe.invoices.retrieve(String(paid.invoice))
    expect(invoice.discounts).toHaveLength(1)
    expect(invoice.payments).toBeUndefined()
    expect(invoice.lines.data[0]).toMatchObject({
      amount: 2900,
      discounts: [],
      discount_amounts: [{ amount: 145 }],
    })
    expect(invoice.parent?.subscription_details?.subscription).toBe(paid.subscription)
    const event = shop.sandbox.events().findLast((each) => each.type === 'invoice.paid')
    expect(event?.data.object).toMatchObject({ discounts: [expect.stringMatching(/^di_/)] })
    const open1 = await shop.stripe.invoices.retrieve(invoice.id, {
      expand: ['discounts.source.coupon', 'discounts.promotion_code', 'payments'],
    })
    expect(open1.discounts[0]).toMatchObject({
      source: { coupon: { id: 'aff_ahmet', percent_off: 5 } },
      promotion_code: { code: 'AHMET5', metadata: { affiliate_id: 'aff_ahmet' } },
    })
  })

  it('takes the founding example’s fee exactly, and 829 on the annual plan', async () => {
    const monthly = await visit(shop.stripe, (await open(goods.monthly.id)).id, {
      promotion_code: 'AHMET5',
      fee: 355,
    })
    const yearly = await visit(shop.stripe, (await open(goods.yearly.id)).id, { promotion_code: 'AHMET5' })
    const fees = await Promise.all(
      [monthly, yearly].map(async (session) => {
        const { data } = await shop.stripe.invoicePayments.list({ invoice: String(session.invoice) })
        const intent = await shop.stripe.paymentIntents.retrieve(String(data[0]?.payment.payment_intent), {
          expand: ['latest_charge.balance_transaction'],
        })
        const charge = intent.latest_charge
        const transaction = typeof charge === 'object' ? charge?.balance_transaction : null
        return typeof transaction === 'object' ? [transaction?.amount, transaction?.fee] : null
      }),
    )
    expect(fees).toEqual([
      [2755, 355],
      [27550, 829],
    ])
  })

  it('refuses a code that nobody has in words, and stays open', async () => {
    const session = await open(goods.monthly.id)
    const fault = await faultOf(
      control(shop.stripe, `checkout/sessions/${session.id}/complete`, { promotion_code: 'NOBODY' }),
    )
    expect(fault).toMatchObject({
      statusCode: 400,
      param: 'promotion_code',
      message: 'This code is invalid.',
    })
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
  })

  it('leaves nothing behind when the card is declined', async () => {
    const session = await open(goods.monthly.id)
    const before = shop.sandbox.events().length
    const fault = await faultOf(
      control(shop.stripe, `checkout/sessions/${session.id}/complete`, {
        payment_method: 'pm_card_chargeDeclined',
      }),
    )
    expect(fault).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' })
    expect(shop.sandbox.events()).toHaveLength(before)
    expect(await visit(shop.stripe, session.id)).toMatchObject({ status: 'complete' })
  })

  it('makes no customer and no invoice for a guest who pays once, and both on demand', async () => {
    const once = { currency: 'usd', unit_amount: 1000, product_data: { name: 'Setup' } }
    const lines = { line_items: [{ price_data: once, quantity: 2 }], allow_promotion_codes: true }
    const create = (extra: object) =>
      shop.stripe.checkout.sessions.create({
        mode: 'payment',
        ...lines,
        success_url: 'https://example.com',
        ...extra,
      })
    const guest = await visit(shop.stripe, (await create({})).id, { promotion_code: 'AHMET5' })
    expect(guest).toMatchObject({ customer: null, invoice: null, amount_total: 1900, payment_status: 'paid' })
    expect(
      (
        await shop.stripe.invoicePayments.list({
          payment: { type: 'payment_intent', payment_intent: String(guest.payment_intent) },
        })
      ).data,
    ).toEqual([])
    const billed = await visit(shop.stripe, (await create({ invoice_creation: { enabled: true } })).id)
    expect(billed.customer).toMatch(/^cus_/)
    expect(await shop.stripe.invoices.retrieve(String(billed.invoice))).toMatchObject({
      status: 'paid',
      parent: null,
      total: 2000,
      billing_reason: 'manual',
    })
    const items = await shop.stripe.checkout.sessions.listLineItems(guest.id)
    expect(items.data[0]).toMatchObject({
      amount_subtotal: 2000,
      amount_discount: 100,
      amount_total: 1900,
      quantity: 2,
    })
  })

  it('carries metadata and the reference to the session and the subscription', async () => {
    const session = await open(goods.monthly.id, {
      metadata: { affiliate_code: 'AHMET5' },
      subscription_data: { metadata: { affiliate_id: 'aff_ahmet' }, trial_period_days: 14 },
    })
    const paid = await visit(shop.stripe, session.id)
    expect(paid).toMatchObject({
      client_reference_id: 'ref_1',
      metadata: { affiliate_code: 'AHMET5' },
      amount_total: 0,
    })
    const subscription = await shop.stripe.subscriptions.retrieve(String(paid.subscription), {
      expand: ['latest_invoice'],
    })
    expect(subscription).toMatchObject({
      status: 'trialing',
      metadata: { affiliate_id: 'aff_ahmet' },
      latest_invoice: { total: 0, status: 'paid' },
    })
  })

  it('expires by itself after a day', async () => {
    const session = await open(goods.monthly.id)
    shop.sandbox.advance(86_401)
    expect((await shop.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired')
    expect(typesOf(shop.sandbox)).toContain('checkout.session.expired')
  })

  it('renews customers without a test clock as the sandbox’s own time goes on', async () => {
    const paid = await visit(shop.stripe, (await open(goods.monthly.id)).id, { promotion_code: 'AHMET5' })
    shop.sandbox.advance(32 * 86_400)
    const { data } = await shop.stripe.invoices.list({ subscription: String(paid.subscription) })
    expect(data.map((invoice) => [invoice.billing_reason, invoice.total, invoice.status])).toEqual([
      ['subscription_cycle', 2755, 'paid'],
      ['subscription_create', 2755, 'paid'],
    ])
  })
})

describe('a fee that comes late', () => {
  it('is not there before its time, and then comes with charge.updated', async () => {
    const { sandbox, stripe } = await openShop({ settings: { feeDelaySeconds: 3600 } })
    const { monthly } = await stock(stripe)
    const { customer, clock, until } = await settler(stripe, '2026-01-31')
    await stripe.subscriptions.create({ customer: customer.id, items: [{ price: monthly.id }] })
    expect((await stripe.balanceTransactions.list()).data).toEqual([])
    await stripe.testHelpers.testClocks.advance(clock, { frozen_time: at('2026-01-31') + 3599 })
    expect((await stripe.balanceTransactions.list()).data).toEqual([])
    await until('2026-02-01')
    expect((await stripe.balanceTransactions.list()).data[0]).toMatchObject({
      amount: 2900,
      fee: 114,
      created: at('2026-01-31') + 3600,
    })
    expect(typesOf(sandbox).filter((type) => type === 'charge.updated')).toHaveLength(1)
    await sandbox.close()
  })
})

describe('a delayed method', () => {
  it('completes the session unpaid and pays it days later', async () => {
    const { sandbox, stripe } = await openShop()
    const { monthly } = await stock(stripe)
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: monthly.id, quantity: 1 }],
      success_url: 'https://example.com',
    })
    const agreed = await visit(stripe, session.id, { payment_method: 'pm_sepa_debit' })
    expect(agreed).toMatchObject({ status: 'complete', payment_status: 'unpaid' })
    sandbox.advance(3 * 86_400)
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: 'paid' })
    expect(await stripe.invoices.retrieve(String(agreed.invoice))).toMatchObject({ status: 'paid' })
    expect(typesOf(sandbox)).toContain('checkout.session.async_payment_succeeded')
    await sandbox.close()
  })
})

describe('history', () => {
  it('is made through Checkout by starting in the past and moving on to now', async () => {
    const eightMonths = 8 * 30 * 86_400
    const now = at('2026-11-21')
    const { sandbox, stripe } = await openShop({
      now: () => now,
      settings: { wallOffsetSeconds: -eightMonths },
    })
    const { monthly } = await stock(stripe)
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: monthly.id, quantity: 1 }],
      allow_promotion_codes: true,
      success_url: 'https://example.com',
    })
    const paid = await visit(stripe, session.id, { promotion_code: 'AHMET5' })
    expect(paid.created).toBe(now - eightMonths)
    await control(stripe, 'advance', { to: now })
    const { data } = await stripe.invoices.list({ subscription: String(paid.subscription), limit: 100 })
    expect(data).toHaveLength(8)
    expect(sandbox.settings().wallOffsetSeconds).toBe(0)
    const times = sandbox.events().map((event) => event.created)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    await sandbox.close()
  })
})
