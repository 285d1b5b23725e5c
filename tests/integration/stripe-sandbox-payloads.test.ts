import { existsSync } from 'node:fs'
import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './stripe-sandbox-client'
import { folder, isFields, recorded } from './stripe-sandbox-recorded'

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value

/** Where two objects differ in the names of their fields or in what kind of value they hold. */
function differences(theirs: unknown, ours: unknown, path = ''): string[] {
  if (kindOf(theirs) !== kindOf(ours)) return [`${path}: ${kindOf(theirs)} at Stripe, ${kindOf(ours)} here`]
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    if (theirs.length === 0 || ours.length === 0)
      return theirs.length === ours.length ? [] : [`${path}: lists differ`]
    return differences(theirs[0], ours[0], `${path}[]`)
  }
  if (!isFields(theirs) || !isFields(ours) || /(^|\.)metadata$/.test(path)) return []
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((name) => {
    const place = path === '' ? name : `${path}.${name}`
    if (!(name in ours)) return [`${place}: missing here`]
    if (!(name in theirs)) return [`${place}: only here`]
    return differences(theirs[name], ours[name], place)
  })
}

const newer = 'newer than the recording, in the types of the pinned SDK'
const untyped = 'still answered, but no longer in the types of the SDK, so nobody can rely on it'
const personal = 'what the recorded account, card or customer happened to hold'

/** Fields that are excepted, by the end of their path, and why. */
const excepted: Record<string, string> = {
  amount_paid_off_stripe: newer,
  billing_schedules: newer,
  current_trial: newer,
  customer_account: newer,
  'end_behavior.billing_cycle_anchor': newer,
  feedback_option: newer,
  managed_payments: newer,
  quantity_decimal: newer,
  'data[].subtotal': newer,
  'data[].subscription': newer,
  'invoice_settings.custom_fields': newer,
  'invoice_settings.description': newer,
  'invoice_settings.footer': newer,
  'payment_intent.allowed_payment_method_types': newer,
  'payment_intent.payment_record': newer,
  'card.electronic_commerce_indicator': newer,
  'card.transaction_link_id': newer,
  destination: untyped,
  dispute: untyped,
  order: untyped,
  plan: untyped,
  quantity: untyped,
  'payment_method_options.acss_debit': personal,
  'payment_method_options.cashapp': personal,
  'payment_method_options.link': personal,
  'payment_method_options.us_bank_account': personal,
}
const used = new Set<string>()

function unexpected(theirs: unknown, ours: unknown): string[] {
  return differences(theirs, JSON.parse(JSON.stringify(ours))).filter((difference) => {
    const path = difference.slice(0, difference.indexOf(':'))
    const exception = Object.keys(excepted).find((name) => path === name || path.endsWith(`.${name}`))
    if (exception !== undefined) used.add(exception)
    return exception === undefined
  })
}

describe.skipIf(!existsSync(folder))('objects have the fields that Stripe itself answered with', () => {
  let shop: Shop
  let customer: Stripe.Customer
  let subscription: Stripe.Subscription
  let price: Stripe.Price

  beforeAll(async () => {
    shop = await openShop()
    const { stripe } = shop
    const product = await stripe.products.create({ name: 'Test Subscription', unit_label: 'user' })
    price = await stripe.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 2500,
      nickname: 'Small Monthly',
      recurring: { interval: 'month' },
      tax_behavior: 'exclusive',
    })
    await stripe.coupons.create({ id: '10OFF', name: '10OFF', percent_off: 10, duration: 'forever' })
    customer = await stripe.customers.create({ email: 'stripe@example.org', name: 'Stripe User' })
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
      metadata: { sandbox_fee: '95' },
    })
    await stripe.paymentMethods.attach(method.id, { customer: customer.id })
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } })
    subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      discounts: [{ coupon: '10OFF' }],
      expand: [
        'discounts',
        'latest_invoice.payments',
        'latest_invoice.confirmation_secret',
        'latest_invoice.total_discount_amounts.discount',
      ],
    })
  })
  afterAll(() => shop.sandbox.close())

  const latestInvoice = (): Stripe.Invoice => {
    const invoice = subscription.latest_invoice
    if (invoice === null || typeof invoice === 'string') throw new Error('The invoice was not expanded')
    return invoice
  }

  it('a subscription with a coupon, its first invoice and its payment', () => {
    expect(unexpected(recorded('handles_coupons__subscription_created_with_coupon'), subscription)).toEqual(
      [],
    )
  })

  it('an invoice with a discount', async () => {
    const invoice = await shop.stripe.invoices.retrieve(latestInvoice().id, {
      expand: ['total_discount_amounts.discount.source.coupon'],
    })
    expect(unexpected(recorded('handles_coupons__invoice_discount_expanded'), invoice)).toEqual([])
    expect(invoice.total).toBe(2250)
  })

  it('a charge with its balance transaction and its PaymentIntent', async () => {
    const intent = latestInvoice().payments?.data[0]?.payment.payment_intent
    const { data } = await shop.stripe.charges.list({
      payment_intent: String(intent),
      expand: ['data.balance_transaction', 'data.payment_intent', 'data.refunds'],
    })
    expect(unexpected(recorded('handles_coupons__charge_bt_expanded'), data[0])).toEqual([])
    expect(data[0]?.balance_transaction).toMatchObject({ amount: 2250, fee: 95, net: 2155 })
  })

  it('the invoice payments of a PaymentIntent', async () => {
    const intent = String(latestInvoice().payments?.data[0]?.payment.payment_intent)
    const payments = await shop.stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: intent },
    })
    expect(
      unexpected(recorded('handles_coupons__invoice_payments_list_by_payment_intent'), payments),
    ).toEqual([])
    expect(unexpected(recorded('can_swap_a_subscription__invoice_payments_for_upgrade'), payments)).toEqual(
      [],
    )
  })

  it('an invoice made by hand, as a draft and when it is paid', async () => {
    const { stripe } = shop
    const once = await stripe.prices.create({
      product: String(price.product),
      currency: 'usd',
      unit_amount: 1000,
    })
    await stripe.invoiceItems.create({
      customer: customer.id,
      pricing: { price: once.id },
      description: 'One-time setup fee',
    })
    const draft = await stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    })
    expect(unexpected(recorded('can_create_an_invoice__invoice_draft_2026-03-25.dahlia'), draft)).toEqual([])
    const paid = await stripe.invoices.pay(draft.id)
    expect(unexpected(recorded('can_create_an_invoice__invoice_paid_2026-03-25.dahlia'), paid)).toEqual([])
    expect(unexpected(recorded('can_create_an_invoice__invoice_paid_2025-10-29.clover'), paid)).toEqual([])
  })

  it('a trial and its invoice of nothing', async () => {
    const { stripe } = shop
    const trial = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      trial_period_days: 15,
      expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'],
    })
    expect(
      unexpected(recorded('trial_period_options__subscription_trialing_2026-03-25.dahlia'), trial),
    ).toEqual([])
  })

  it('a subscription whose quantity was changed', async () => {
    const { stripe } = shop
    const { id, items } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
    })
    const changed = await stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]?.id ?? '', quantity: 5 }],
      expand: ['latest_invoice.payments', 'latest_invoice.confirmation_secret'],
    })
    expect(
      unexpected(recorded('change_subscription_quantity__subscription_after_quantity_change'), changed),
    ).toEqual([])
    const first = await stripe.invoices.retrieve(
      (await stripe.invoices.list({ subscription: id })).data[0]?.id ?? '',
    )
    expect(unexpected(recorded('can_swap_a_subscription__invoice_monthly_first'), first)).toEqual([])
    const withTax = recorded('can_issue_credit_note_for_a_refund__invoice_subscription_create_with_tax')
    expect(unexpected(withTax, first)).toEqual([])
  })

  it('has no exception that nothing needs', () => {
    expect(Object.keys(excepted).filter((name) => !used.has(name))).toEqual([])
  })
})
