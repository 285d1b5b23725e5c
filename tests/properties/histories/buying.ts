import type { Stripe } from '@/lib/stripe/client'
import type { ActionOf } from './action'
import {
  control,
  currencyOf,
  customerOf,
  emailOf,
  methodOf,
  naming,
  newCurrency,
  nowOf,
  offerOf,
  priceOf,
  remember,
  someCustomer,
  taxOf,
  type Life,
} from './life'
import { meterOfCalls, type Offer } from './shop'

const success_url = 'https://shop.example/thanks'

export async function subscribe(life: Life, action: ActionOf<'subscribe'>): Promise<void> {
  const offer = offerOf(life, action.code)
  if (action.by === 'checkout') return subscribeByCheckout(life, action, offer)
  const { id, currency } = await someCustomer(life, action.customer)
  const { metadata } = naming(life, action.named)
  await life.stripe.customers.update(id, {
    invoice_settings: { default_payment_method: methodOf(action.method) },
  })
  await life.stripe.subscriptions.create({
    customer: id,
    items: [action.plan, ...(action.beside > 0 ? [action.beside] : [])].map((plan) => ({
      price: priceOf(life, currency, plan),
    })),
    discounts: offer.asks,
    default_tax_rates: taxOf(life, action.tax),
    ...(action.trialDays > 0 && { trial_period_days: action.trialDays }),
    ...(metadata && { metadata }),
  })
}

async function subscribeByCheckout(life: Life, action: ActionOf<'subscribe'>, offer: Offer): Promise<void> {
  const known = life.customers[action.customer % (life.customers.length + 1)]
  const currency = known?.currency ?? newCurrency(life)
  const rates = taxOf(life, action.tax)
  const session = await life.stripe.checkout.sessions.create({
    mode: 'subscription',
    ...discounting(offer),
    success_url,
    ...(known && { customer: known.id }),
    line_items: [{ quantity: 1, price: priceOf(life, currency, action.plan), tax_rates: rates }],
    subscription_data: {
      ...(rates.length > 0 && { default_tax_rates: rates }),
      ...(action.trialDays > 0 && { trial_period_days: action.trialDays }),
    },
    ...naming(life, action.named),
  })
  life.sandbox.advance(action.waitHours * 3600)
  await complete(life, session.id, { text: offer.text, method: action.method })
}

/** What cannot be typed is given to the session beforehand; it takes one discount. */
function discounting(
  offer: Offer,
): Pick<Stripe.Checkout.SessionCreateParams, 'allow_promotion_codes' | 'discounts'> {
  const [first] = offer.asks
  return offer.text === null && first ? { discounts: [first] } : { allow_promotion_codes: true }
}

async function complete(
  life: Life,
  id: string,
  visit: { text: string | null; method: number },
): Promise<void> {
  await control(life, `checkout/sessions/${id}/complete`, {
    email: emailOf(life),
    payment_method: methodOf(visit.method),
    ...(visit.text !== null && { promotion_code: visit.text }),
  })
  const done = life.sandbox.all('checkout.session').find((each) => each.id === id)
  if (done?.customer) remember(life, done.customer, newCurrency(life))
}

export async function buyOnce(life: Life, action: ActionOf<'buyOnce'>): Promise<void> {
  const offer = offerOf(life, action.code)
  const known =
    action.as === 'guest' ? undefined : life.customers[action.customer % (life.customers.length + 1)]
  const capturesLater = action.captures !== null && action.as !== 'invoice'
  const session = await life.stripe.checkout.sessions.create({
    mode: 'payment',
    ...discounting(offer),
    success_url,
    ...(known ? { customer: known.id } : action.as !== 'guest' && { customer_creation: 'always' as const }),
    ...(action.as === 'invoice' && { invoice_creation: { enabled: true } }),
    ...(capturesLater && { payment_intent_data: { capture_method: 'manual' } }),
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: known?.currency ?? newCurrency(life),
          unit_amount: action.amount,
          product: life.shop.firstProduct,
        },
        tax_rates: taxOf(life, action.tax),
      },
    ],
    ...naming(life, action.named),
  })
  await complete(life, session.id, { text: offer.text, method: action.method })
  if (capturesLater) await captureOrLetGo(life, session.id, action.captures ?? 0)
}

async function captureOrLetGo(life: Life, sessionId: string, hundredths: number): Promise<void> {
  const { payment_intent: id } = await life.stripe.checkout.sessions.retrieve(sessionId)
  if (typeof id !== 'string') return
  const { amount_capturable: amount } = await life.stripe.paymentIntents.retrieve(id)
  if (amount === 0) return
  life.sandbox.advance(36 * 3600)
  if (hundredths === 0) await life.stripe.paymentIntents.cancel(id)
  else {
    const wanted = Math.max(1, Math.floor((amount * hundredths) / 100))
    await life.stripe.paymentIntents.capture(id, { amount_to_capture: wanted })
  }
}

/** An invoice that somebody wrote by hand. */
export async function bill(life: Life, action: ActionOf<'bill'>): Promise<void> {
  const { id: customer, currency } = await someCustomer(life, action.customer)
  const { stripe } = life
  const invoice = await stripe.invoices.create({
    customer,
    currency,
    auto_advance: false,
    collection_method: 'send_invoice',
    days_until_due: 30,
    discounts: offerOf(life, action.code).asks,
  })
  for (const line of action.lines) {
    const start = nowOf(life) + line.fromDay * 86_400
    await stripe.invoiceItems.create({
      customer,
      currency,
      invoice: invoice.id,
      amount: line.amount,
      description: 'Work',
      period: { start, end: start + line.days * 86_400 },
      tax_rates: taxOf(life, line.tax),
      ...(line.code > 20 && line.amount > 0 && { discounts: offerOf(life, line.code).asks }),
    })
  }
  await stripe.invoices.finalizeInvoice(invoice.id)
  await payBill(life, invoice.id, action)
}

/** What a customer uses is billed by the renewal after it. */
export async function use(life: Life, action: ActionOf<'use'>): Promise<void> {
  const customer = customerOf(life, action.customer)
  if (!customer) return
  await life.stripe.billing.meterEvents.create({
    event_name: meterOfCalls,
    payload: { stripe_customer_id: customer.id, value: String(action.calls) },
  })
}

/** One payment for several invoices. */
export async function payTogether(life: Life, action: ActionOf<'payTogether'>): Promise<void> {
  const { id: customer, currency } = await someCustomer(life, action.customer)
  const { stripe } = life
  const open: Stripe.Invoice[] = []
  for (const [i, amount] of action.amounts.entries()) {
    const invoice = await stripe.invoices.create({
      customer,
      currency,
      auto_advance: false,
      collection_method: 'send_invoice',
      days_until_due: 30,
      discounts: i === 0 ? offerOf(life, action.code).asks : [],
    })
    const start = nowOf(life)
    await stripe.invoiceItems.create({
      customer,
      currency,
      invoice: invoice.id,
      amount,
      period: { start, end: start + action.days * 86_400 },
      tax_rates: taxOf(life, action.tax),
    })
    const final = await stripe.invoices.finalizeInvoice(invoice.id)
    if (final.status === 'open') open.push(final)
  }
  const intent = await stripe.paymentIntents.create({
    customer,
    currency,
    amount: open.reduce((sum, each) => sum + each.amount_remaining, 0),
    payment_method: methodOf(action.tax),
    confirm: true,
  })
  for (const each of open) await stripe.invoices.attachPayment(each.id, { payment_intent: intent.id })
}

async function payBill(life: Life, id: string, action: ActionOf<'bill'>): Promise<void> {
  const { stripe } = life
  const open = await stripe.invoices.retrieve(id)
  if (open.status !== 'open') return
  if (action.pays === 'card') await stripe.invoices.pay(id, { payment_method: 'pm_card_visa' })
  if (action.pays === 'outside') await stripe.invoices.pay(id, { paid_out_of_band: true })
  if (action.pays === 'reported') await reportPayment(life, open, action.part)
  if (action.pays === 'uncollectible') await stripe.invoices.markUncollectible(id)
  if (!action.pays.startsWith('part')) return
  const customer = typeof open.customer === 'string' ? open.customer : ''
  const amount = Math.max(1, Math.floor((open.amount_remaining * action.part) / 100))
  const intent = await stripe.paymentIntents.create({
    customer,
    amount,
    currency: currencyOf(life, customer),
    payment_method: 'pm_card_visa',
    confirm: true,
  })
  const after = await stripe.invoices.attachPayment(id, { payment_intent: intent.id })
  if (after.status !== 'open') return
  if (action.pays === 'parts') await stripe.invoices.pay(id, { payment_method: 'pm_card_visa' })
  if (action.pays === 'partThenOutside') await stripe.invoices.pay(id, { paid_out_of_band: true })
  if (action.pays === 'partThenVoid') await stripe.invoices.voidInvoice(id)
}

/** A part of what is due, paid in cash and written down, and the rest by card: of an open invoice no event tells whose it is. */
async function reportPayment(
  life: Life,
  { id, currency, amount_remaining }: Stripe.Invoice,
  part: number,
): Promise<void> {
  const at = nowOf(life)
  const record = await life.stripe.paymentRecords.reportPayment({
    amount_requested: { currency, value: Math.max(1, Math.floor((amount_remaining * part) / 100)) },
    initiated_at: at,
    payment_method_details: { type: 'custom', custom: { display_name: 'Cash' } },
    outcome: 'guaranteed',
    guaranteed: { guaranteed_at: at },
  })
  const after = await life.stripe.invoices.attachPayment(id, { payment_record: record.id })
  if (after.status === 'open') await life.stripe.invoices.pay(id, { payment_method: 'pm_card_visa' })
}
