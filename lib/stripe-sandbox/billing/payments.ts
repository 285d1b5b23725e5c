import { authorizeIntent } from '@/lib/stripe-sandbox/billing/capturing'
import { conductOf, isDelayed, type Conduct } from '@/lib/stripe-sandbox/billing/cards'
import { createCharge, type Decline } from '@/lib/stripe-sandbox/billing/charges'
import { openDispute } from '@/lib/stripe-sandbox/billing/disputes'
import { bookFeeLater } from '@/lib/stripe-sandbox/billing/fees'
import { docUrl, StripeFault, type ErrorBody } from '@/lib/stripe-sandbox/machine/faults'
import type { Charge, PaymentIntent, PaymentMethod } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface IntentSeed {
  customer: string | null
  amount: number
  currency: string
  description: string | null
  metadata: Record<string, string>
  method: string | null
  setupFutureUsage: 'off_session' | 'on_session' | null
  orderReference: string | null
  receiptEmail?: string | null
  captureMethod?: 'automatic' | 'automatic_async' | 'manual'
}

export function createIntent(world: World, seed: IntentSeed): PaymentIntent {
  const id = world.id('pi_3', 23)
  const at = world.at(seed.customer)
  const intent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: seed.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: seed.captureMethod ?? 'automatic_async',
    client_secret: `${id}_secret_${world.id('', 25)}`,
    confirmation_method: 'automatic',
    created: at,
    currency: seed.currency,
    customer: seed.customer,
    customer_account: null,
    description: seed.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: seed.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_details: { customer_reference: null, order_reference: seed.orderReference },
    payment_method: seed.method,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: seed.receiptEmail ?? null,
    review: null,
    setup_future_usage: seed.setupFutureUsage,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: seed.method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_data: null,
    transfer_group: null,
  } satisfies PaymentIntent
  world.store.put('payment_intent', intent)
  world.emit('payment_intent.created', intent, at)
  return intent
}

const declines: Partial<Record<Conduct, Decline>> = {
  declined: { code: 'card_declined', decline: 'generic_decline', message: 'Your card was declined.' },
  insufficient_funds: {
    code: 'card_declined',
    decline: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
  },
  expired_card: { code: 'expired_card', decline: 'expired_card', message: 'Your card has expired.' },
}

/** Takes the money. A decline is recorded and thrown as Stripe's 402; a method that is not instant leaves it processing. */
export function confirmIntent(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const at = world.at(intent.customer)
  const decline = declines[conductOf(method)]
  if (decline) throw refuse(world, intent, method, decline)
  if (isDelayed(method)) {
    const charge = createCharge(world, intent, method, 'pending')
    const after = world.store.update('payment_intent', intent.id, {
      status: 'processing',
      latest_charge: charge.id,
      payment_method: method.id,
      payment_method_types: [method.type],
      last_payment_error: null,
    })
    world.emit('charge.pending', charge, at)
    world.emit('payment_intent.processing', after, at)
    const clock = world.clockOf(intent.customer)
    world.schedule({
      id: `async:${intent.id}`,
      world: clock ?? 'wall',
      at: at + world.settings.asyncSeconds,
      type: 'async',
      ref: intent.id,
    })
    return after
  }
  if (intent.capture_method === 'manual') return authorizeIntent(world, intent, method)
  const charge = createCharge(world, intent, method, 'succeeded')
  return succeed(world, intent, method, charge)
}

/** What follows when the money is there. */
function succeed(world: World, intent: PaymentIntent, method: PaymentMethod, charge: Charge): PaymentIntent {
  const at = world.at(intent.customer)
  const after = world.store.update('payment_intent', intent.id, {
    status: 'succeeded',
    amount_received: intent.amount,
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
  })
  world.emit('charge.succeeded', charge, at)
  world.emit('payment_intent.succeeded', after, at)
  bookFeeLater(world, charge)
  const conduct = conductOf(method)
  if (conduct === 'dispute' || conduct === 'inquiry') {
    world.later(() => openDispute(world, charge.id, { isInquiry: conduct === 'inquiry' }))
  }
  if (conduct === 'early_fraud') world.later(() => warnOfFraud(world, charge))
  return after
}

/** The end of a payment that was processing. Answers whether the money came. */
export function finishProcessing(world: World, intent: PaymentIntent): boolean {
  const method = world.store.need('payment_method', intent.payment_method ?? '')
  const pending = world.store.need('charge', intent.latest_charge ?? '')
  const at = world.at(intent.customer)
  if (conductOf(method) !== 'async_fails') {
    const charge = world.store.update('charge', pending.id, {
      status: 'succeeded',
      paid: true,
      amount_captured: pending.amount,
    })
    succeed(world, intent, method, charge)
    return true
  }
  const charge = world.store.update('charge', pending.id, {
    status: 'failed',
    failure_code: 'debit_not_authorized',
    failure_message: 'The debit was returned.',
  })
  const after = world.store.update('payment_intent', intent.id, {
    status: 'requires_payment_method',
    payment_method: null,
    last_payment_error: { type: 'invalid_request_error', code: 'debit_not_authorized', charge: charge.id },
  })
  world.emit('charge.failed', charge, at)
  world.emit('payment_intent.payment_failed', after, at)
  return false
}

function refuse(world: World, intent: PaymentIntent, method: PaymentMethod, decline: Decline): StripeFault {
  const at = world.at(intent.customer)
  const charge = createCharge(world, intent, method, 'failed', decline)
  const after = world.store.update('payment_intent', intent.id, {
    status: 'requires_payment_method',
    latest_charge: charge.id,
    payment_method: null,
    last_payment_error: {
      type: 'card_error',
      code: decline.code,
      decline_code: decline.decline,
      message: decline.message,
      charge: charge.id,
    },
  })
  world.emit('charge.failed', charge, at)
  world.emit('payment_intent.payment_failed', after, at)
  const body: ErrorBody = {
    type: 'card_error',
    code: decline.code,
    decline_code: decline.decline,
    doc_url: docUrl(decline.code),
    message: decline.message,
    charge: charge.id,
    payment_intent: after,
    payment_method: method,
  }
  return new StripeFault(402, body, true)
}

function warnOfFraud(world: World, charge: Charge): void {
  const at = world.at(charge.customer)
  const warning = world.store.put('radar.early_fraud_warning', {
    id: world.id('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: at,
    fraud_type: 'misc',
    livemode: false,
    payment_intent: charge.payment_intent ?? '',
  })
  world.emit('radar.early_fraud_warning.created', warning, at)
}
