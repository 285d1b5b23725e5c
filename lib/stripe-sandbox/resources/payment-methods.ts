import { attachMethod, createMethod, takeMethod } from '@/lib/stripe-sandbox/billing/cards'
import {
  address,
  clearable,
  integer,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { PaymentMethod } from '@/lib/stripe-sandbox/machine/wire'

const billingDetails = object({
  address: clearable(address),
  email: clearable(text),
  name: clearable(text),
  phone: clearable(text),
  tax_id: text,
})

const createShape = {
  type: needed(oneOf('card', 'sepa_debit', 'us_bank_account')),
  card: object({ token: text, number: text, exp_month: integer, exp_year: integer, cvc: text }),
  sepa_debit: object({ iban: needed(text) }),
  us_bank_account: object({
    account_number: needed(text),
    routing_number: text,
    account_holder_type: text,
    account_type: text,
  }),
  billing_details: billingDetails,
  metadata,
  allow_redisplay: unused,
}

type Billing = PaymentMethod['billing_details']
function mergeBilling(
  before: Billing | undefined,
  change: Partial<Record<keyof Billing, unknown>> | undefined,
): Billing {
  const empty = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
  const base = before ?? { address: empty, email: null, name: null, phone: null, tax_id: null }
  // The shape above lets only billing details through.
  const next = { ...base, ...change } as Billing
  return { ...next, address: { ...empty, ...base.address, ...next.address } }
}

export const paymentMethodRoutes = [
  route('POST', '/v1/payment_methods', createShape, (world, params) => {
    if (params.type === 'card' && !params.card)
      throw invalid('Missing required param: card.', 'card', 'parameter_missing')
    const account =
      params.type === 'sepa_debit'
        ? { type: params.type, number: params.sepa_debit?.iban ?? '' }
        : params.type === 'us_bank_account'
          ? { type: params.type, number: params.us_bank_account?.account_number ?? '' }
          : undefined
    if (account?.number === '')
      throw invalid(`Missing required param: ${account.type}.`, account.type, 'parameter_missing')
    return createMethod(world, {
      customer: null,
      at: world.now(null),
      billing: mergeBilling(undefined, params.billing_details),
      metadata: mergeMetadata({}, params.metadata),
      ...(params.card ? { card: params.card } : {}),
      ...(account ? { account } : {}),
    })
  }),
  route('GET', '/v1/payment_methods/:id', {}, (world, _, id) =>
    world.store.need('payment_method', id, 'payment_method'),
  ),
  route(
    'POST',
    '/v1/payment_methods/:id',
    {
      billing_details: billingDetails,
      card: object({ exp_month: integer, exp_year: integer }),
      metadata,
      allow_redisplay: unused,
    },
    (world, params, id) => {
      const before = world.store.need('payment_method', id, 'payment_method')
      const after = world.store.update('payment_method', id, {
        billing_details: mergeBilling(before.billing_details, params.billing_details),
        metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
        ...(before.card && params.card ? { card: { ...before.card, ...params.card } } : {}),
      })
      world.emit('payment_method.updated', after, world.at(before.customer), before)
      return after
    },
  ),
  route('POST', '/v1/payment_methods/:id/attach', { customer: needed(text) }, (world, params, id) => {
    const customer = world.store.find('customer', params.customer)
    if (!customer) throw missingReference('customer', params.customer, 'customer')
    return attachMethod(world, takeMethod(world, id, world.at(customer.id), 'payment_method'), customer.id)
  }),
  route('POST', '/v1/payment_methods/:id/detach', {}, (world, _, id) => {
    const before = world.store.need('payment_method', id, 'payment_method')
    if (before.customer === null) {
      throw invalid(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
        'payment_method',
      )
    }
    const after = world.store.update('payment_method', id, { customer: null })
    world.emit('payment_method.detached', after, world.at(before.customer), before)
    return after
  }),
  route(
    'GET',
    '/v1/payment_methods',
    { ...pageShape, customer: text, type: text, allow_redisplay: unused },
    (world, params) =>
      page(world, 'payment_method', '/v1/payment_methods', params, {
        by: narrowest({ customer: params.customer }),
        where: (it) => params.type === undefined || it.type === params.type,
      }),
  ),
  route(
    'GET',
    '/v1/customers/:id/payment_methods',
    { ...pageShape, type: text, allow_redisplay: unused },
    (world, params, id) => {
      world.store.need('customer', id)
      return page(world, 'payment_method', `/v1/customers/${id}/payment_methods`, params, {
        by: { index: 'customer', key: id },
        where: (it) => params.type === undefined || it.type === params.type,
      })
    },
  ),
]
