import { attachMethod, takeMethod } from '@/lib/stripe-sandbox/billing/cards'
import { createCustomer, emptyAddress, moveBalance } from '@/lib/stripe-sandbox/billing/customers'
import { endSubscription } from '@/lib/stripe-sandbox/billing/subscription-end'
import {
  address,
  clearable,
  currency,
  integer,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missing, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Customer } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const maybeText = clearable(text)
const common = {
  address: clearable(address),
  balance: integer,
  description: maybeText,
  email: maybeText,
  invoice_prefix: text,
  invoice_settings: object({ default_payment_method: maybeText, footer: maybeText }),
  metadata,
  name: maybeText,
  phone: maybeText,
  preferred_locales: list(text),
  shipping: unused,
  tax_exempt: clearable(oneOf('none', 'exempt', 'reverse')),
}

/** The customer, or Stripe's answer for one that was deleted. */
function readCustomer(world: World, id: string): object {
  const customer = world.store.find('customer', id)
  if (customer) return customer
  const remains = world.store.find('sandbox.extra', id)?.fields['remains']
  if (typeof remains === 'object' && remains !== null) return remains
  throw missing('customer', id)
}

function deleteCustomer(world: World, customer: Customer): object {
  const { id } = customer
  for (const subscription of [...world.store.each('subscription', { index: 'customer', key: id })]) {
    if (subscription.status !== 'canceled') endSubscription(world, subscription.id, 'cancellation_requested')
  }
  const remains = { id, object: 'customer', deleted: true }
  const at = world.at(id)
  world.store.put('sandbox.extra', {
    object: 'sandbox.extra',
    id,
    fields: { remains, test_clock: customer.test_clock },
  })
  world.store.delete('customer', id)
  world.emit('customer.deleted', customer, at)
  return remains
}

export const customerRoutes = [
  route(
    'POST',
    '/v1/customers',
    { ...common, payment_method: text, source: text, test_clock: text },
    (world, params) => {
      if (
        params.test_clock !== undefined &&
        !world.store.find('test_helpers.test_clock', params.test_clock)
      ) {
        throw missingReference('test_helpers.test_clock', params.test_clock, 'test_clock')
      }
      if (params.email && !params.email.includes('@')) {
        throw invalid(`Invalid email address: ${params.email}`, 'email', 'email_invalid')
      }
      const source = params.payment_method ?? params.source?.replace(/^tok_/, 'pm_card_')
      const { metadata: change, invoice_settings: invoicing, source: _, payment_method: __, ...rest } = params
      const at = world.now(params.test_clock ?? null)
      const method = source === undefined ? null : takeMethod(world, source, at, 'payment_method')
      const asked = invoicing?.default_payment_method
      if (asked && asked !== source)
        throw missingReference('payment_method', asked, 'invoice_settings[default_payment_method]')
      const customer = createCustomer(world, {
        ...rest,
        metadata: mergeMetadata({}, change),
        defaultMethod: asked && method ? method.id : null,
      })
      if (method) attachMethod(world, method, customer.id)
      if (params.balance) {
        moveBalance(world, customer.id, { amount: params.balance, currency: 'usd', type: 'initial' })
      }
      return world.store.need('customer', customer.id)
    },
  ),
  route('GET', '/v1/customers/:id', {}, (world, _, id) => readCustomer(world, id)),
  route('POST', '/v1/customers/:id', { ...common, source: text }, (world, params, id) => {
    const before = world.store.need('customer', id)
    const {
      metadata: change,
      invoice_settings: invoicing,
      address: place,
      balance,
      source,
      shipping: _,
      ...rest
    } = params
    const wanted = invoicing?.default_payment_method ?? source?.replace(/^tok_/, 'pm_card_')
    const method = wanted
      ? attachMethod(world, takeMethod(world, wanted, world.at(id), 'payment_method'), id)
      : null
    const after = world.store.update('customer', id, {
      ...rest,
      ...(place === undefined ? {} : { address: place && { ...emptyAddress, ...before.address, ...place } }),
      metadata: mergeMetadata(before.metadata, change),
      invoice_settings: {
        ...before.invoice_settings,
        ...(method ? { default_payment_method: method.id } : {}),
        ...(invoicing?.default_payment_method === null ? { default_payment_method: null } : {}),
      },
    })
    world.emit('customer.updated', after, world.at(id), before)
    if (balance !== undefined && balance !== before.balance) {
      moveBalance(world, id, {
        amount: balance - before.balance,
        currency: before.currency ?? 'usd',
        type: 'adjustment',
      })
    }
    return world.store.need('customer', id)
  }),
  route('DELETE', '/v1/customers/:id', {}, (world, _, id) =>
    deleteCustomer(world, world.store.need('customer', id)),
  ),
  route('GET', '/v1/customers', { ...listShape, email: text, test_clock: text }, (world, params) =>
    page(world, 'customer', '/v1/customers', params, {
      by: narrowest({ email: params.email, test_clock: params.test_clock }),
      where: (it) =>
        (params.email === undefined || it.email === params.email) &&
        // As at Stripe, a list without a test clock leaves out the customers who live in one.
        (params.test_clock === undefined ? !it.test_clock : it.test_clock === params.test_clock),
    }),
  ),
  route(
    'POST',
    '/v1/customers/:id/balance_transactions',
    { amount: needed(integer), currency: needed(currency), description: text, metadata },
    (world, params, id) => {
      world.store.need('customer', id)
      return moveBalance(world, id, {
        ...params,
        metadata: mergeMetadata({}, params.metadata),
        type: 'adjustment',
      })
    },
  ),
  route('GET', '/v1/customers/:id/balance_transactions', pageShape, (world, params, id) =>
    page(world, 'customer_balance_transaction', `/v1/customers/${id}/balance_transactions`, params, {
      by: { index: 'customer', key: id },
    }),
  ),
]
