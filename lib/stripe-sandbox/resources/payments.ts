import { attachMethod, takeMethod } from '@/lib/stripe-sandbox/billing/cards'
import { captureIntent, releaseIntent } from '@/lib/stripe-sandbox/billing/capturing'
import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import { creditInvoicesOf } from '@/lib/stripe-sandbox/billing/intent-arrival'
import { confirmIntent, createIntent } from '@/lib/stripe-sandbox/billing/payments'
import {
  amount,
  boolean,
  clearable,
  currency,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { PaymentIntent } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

function confirm(world: World, intent: PaymentIntent, method: string | undefined): PaymentIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing') {
    throw invalid(
      `You cannot confirm this PaymentIntent because it has already ${intent.status === 'succeeded' ? 'succeeded' : `been ${intent.status}`}.`,
      undefined,
      'payment_intent_unexpected_state',
    )
  }
  const id = method ?? intent.payment_method
  if (!id) {
    throw invalid(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      undefined,
      'payment_intent_unexpected_state',
    )
  }
  const taken = takeMethod(world, id, world.at(intent.customer), 'payment_method')
  const isSaved = intent.customer !== null && intent.setup_future_usage !== null
  const done = confirmIntent(
    world,
    intent,
    isSaved ? attachMethod(world, taken, intent.customer ?? '') : taken,
  )
  if (done.status === 'succeeded') creditInvoicesOf(world, done.id)
  return done
}

const createShape = {
  amount: needed(amount),
  currency: needed(currency),
  automatic_payment_methods: unused,
  confirm: boolean,
  customer: text,
  description: text,
  metadata,
  off_session: boolean,
  payment_method: text,
  receipt_email: text,
  return_url: text,
  setup_future_usage: oneOf('off_session', 'on_session'),
  statement_descriptor: text,
  statement_descriptor_suffix: text,
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  payment_method_options: unused,
}

export const paymentRoutes = [
  route('POST', '/v1/payment_intents', createShape, (world, params) => {
    if (params.amount < 1)
      throw invalid('This value must be greater than or equal to 1.', 'amount', 'parameter_invalid_integer')
    const customer = params.customer === undefined ? null : needCustomer(world, params.customer).id
    const at = world.at(customer)
    const method = params.payment_method
      ? takeMethod(world, params.payment_method, at, 'payment_method').id
      : null
    const intent = createIntent(world, {
      customer,
      amount: params.amount,
      currency: params.currency,
      description: params.description ?? null,
      metadata: mergeMetadata({}, params.metadata),
      method,
      setupFutureUsage: params.setup_future_usage ?? null,
      orderReference: null,
      receiptEmail: params.receipt_email ?? null,
      ...(params.capture_method && { captureMethod: params.capture_method }),
    })
    return params.confirm ? confirm(world, intent, undefined) : intent
  }),
  route('GET', '/v1/payment_intents/:id', { client_secret: text }, (world, _, id) =>
    world.store.need('payment_intent', id, 'intent'),
  ),
  route(
    'POST',
    '/v1/payment_intents/:id',
    { description: clearable(text), metadata, payment_method: text, receipt_email: clearable(text) },
    (world, params, id) => {
      const before = world.store.need('payment_intent', id, 'intent')
      const method = params.payment_method
        ? takeMethod(world, params.payment_method, world.at(before.customer), 'payment_method').id
        : undefined
      return world.store.update('payment_intent', id, {
        metadata: mergeMetadata(before.metadata, params.metadata),
        ...(params.description === undefined ? {} : { description: params.description }),
        ...(params.receipt_email === undefined ? {} : { receipt_email: params.receipt_email }),
        ...(method === undefined ? {} : { payment_method: method, status: 'requires_confirmation' as const }),
      })
    },
  ),
  route(
    'POST',
    '/v1/payment_intents/:id/confirm',
    {
      payment_method: text,
      return_url: text,
      off_session: boolean,
      receipt_email: text,
      payment_method_options: unused,
    },
    (world, params, id) =>
      confirm(world, world.store.need('payment_intent', id, 'intent'), params.payment_method),
  ),
  route('POST', '/v1/payment_intents/:id/capture', { amount_to_capture: amount }, (world, params, id) =>
    captureIntent(world, world.store.need('payment_intent', id, 'intent'), params.amount_to_capture),
  ),
  route('POST', '/v1/payment_intents/:id/cancel', { cancellation_reason: text }, (world, params, id) => {
    const before = world.store.need('payment_intent', id, 'intent')
    if (before.status === 'succeeded' || before.status === 'canceled') {
      throw invalid(
        `You cannot cancel this PaymentIntent because it has a status of ${before.status}.`,
        undefined,
        'payment_intent_unexpected_state',
      )
    }
    const at = world.at(before.customer)
    releaseIntent(world, before)
    const after = world.store.update('payment_intent', id, {
      status: 'canceled',
      amount_capturable: 0,
      canceled_at: at,
      cancellation_reason: params.cancellation_reason ?? null,
    })
    world.emit('payment_intent.canceled', after, at)
    return after
  }),
  route('GET', '/v1/payment_intents', { ...listShape, customer: text }, (world, params) =>
    page(world, 'payment_intent', '/v1/payment_intents', params, {
      by: narrowest({ customer: params.customer }),
    }),
  ),

  route('GET', '/v1/charges/:id', {}, (world, _, id) => world.store.need('charge', id)),
  route(
    'POST',
    '/v1/charges/:id',
    { description: text, metadata, receipt_email: text, fraud_details: object({ user_report: text }) },
    (world, params, id) => {
      const before = world.store.need('charge', id)
      const { metadata: change, fraud_details: report, ...rest } = params
      const after = world.store.update('charge', id, {
        ...rest,
        metadata: mergeMetadata(before.metadata, change),
        ...(report ? { fraud_details: { ...before.fraud_details, ...report } } : {}),
      })
      world.emit('charge.updated', after, world.at(before.customer), before)
      return after
    },
  ),
  route(
    'GET',
    '/v1/charges',
    { ...listShape, customer: text, payment_intent: text, transfer_group: text },
    (world, params) =>
      page(world, 'charge', '/v1/charges', params, {
        by: narrowest({ payment_intent: params.payment_intent, customer: params.customer }),
        where: (it) => params.customer === undefined || it.customer === params.customer,
      }),
  ),

  route('GET', '/v1/balance_transactions/:id', {}, (world, _, id) =>
    world.store.need('balance_transaction', id),
  ),
  route(
    'GET',
    '/v1/balance_transactions',
    { ...listShape, currency, source: text, type: text, payout: text, types: list(text) },
    (world, params) =>
      page(world, 'balance_transaction', '/v1/balance_transactions', params, {
        by: narrowest({ source: params.source, type: params.type }),
        where: (it) =>
          (params.type === undefined || it.type === params.type) &&
          (params.currency === undefined || it.currency === params.currency),
      }),
  ),
]
