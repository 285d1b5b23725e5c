import { attachMethod, takeMethod } from '@/lib/stripe-sandbox/billing/cards'
import { createPrice } from '@/lib/stripe-sandbox/billing/catalogue'
import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import { updateSubscription } from '@/lib/stripe-sandbox/billing/subscription-change'
import { creditUnused } from '@/lib/stripe-sandbox/billing/proration'
import { invoiceNow } from '@/lib/stripe-sandbox/billing/collecting'
import { endSubscription } from '@/lib/stripe-sandbox/billing/subscription-end'
import { startSubscription } from '@/lib/stripe-sandbox/billing/subscription-start'
import { changeSubscription } from '@/lib/stripe-sandbox/billing/subscription-status'
import { usageLines } from '@/lib/stripe-sandbox/billing/usage'
import {
  boolean,
  clearable,
  currency,
  integer,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  range,
  inRange,
  text,
  unused,
  type Field,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Price, TaxRate } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { priceDataShape } from '@/lib/stripe-sandbox/billing/price-fields'

const discountList = clearable(list(object({ coupon: text, promotion_code: text, discount: text })))
const moment: Field<number | 'now'> = {
  read: (raw, path) => (raw === 'now' ? 'now' : integer.read(raw, path)),
}
const trialSettings = object({
  end_behavior: needed(
    object({
      missing_payment_method: needed(oneOf('cancel', 'create_invoice', 'pause')),
      billing_cycle_anchor: unused,
    }),
  ),
})
const itemShape = {
  price: text,
  price_data: priceDataShape,
  quantity: integer,
  tax_rates: clearable(list(text)),
  metadata,
  discounts: discountList,
}
const leaving = object({ comment: clearable(text), feedback: clearable(text) })
const collection = oneOf('charge_automatically', 'send_invoice')
const proration = oneOf('always_invoice', 'create_prorations', 'none')

const createShape = {
  customer: needed(text),
  items: needed(list(object(itemShape))),
  cancel_at: integer,
  cancel_at_period_end: boolean,
  collection_method: collection,
  currency,
  days_until_due: integer,
  default_payment_method: text,
  default_tax_rates: clearable(list(text)),
  description: text,
  discounts: discountList,
  metadata,
  off_session: boolean,
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  payment_settings: unused,
  proration_behavior: proration,
  trial_end: moment,
  trial_period_days: integer,
  trial_settings: trialSettings,
}

const updateShape = {
  items: list(object({ ...itemShape, id: text, deleted: boolean })),
  cancel_at: clearable(integer),
  cancel_at_period_end: boolean,
  cancellation_details: leaving,
  collection_method: collection,
  days_until_due: integer,
  default_payment_method: text,
  default_tax_rates: clearable(list(text)),
  description: clearable(text),
  discounts: discountList,
  metadata,
  off_session: boolean,
  pause_collection: clearable(
    object({ behavior: needed(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: integer }),
  ),
  payment_behavior: text,
  payment_settings: unused,
  proration_behavior: proration,
  trial_end: moment,
  trial_settings: trialSettings,
}

export function priceFor(
  world: World,
  item: { price?: string; price_data?: Parameters<typeof createPrice>[1] },
  param: string,
): Price {
  if (item.price_data) return createPrice(world, item.price_data)
  const price = world.store.find('price', item.price)
  if (!price) throw missingReference('price', item.price ?? '', param)
  if (!price.active)
    throw invalid('The price specified is inactive. This field only accepts active prices.', param)
  return price
}

export function ratesFor(world: World, ids: string[] | null | undefined): TaxRate[] {
  return (ids ?? []).map((id) => {
    const rate = world.store.find('tax_rate', id)
    if (!rate) throw missingReference('tax_rate', id, 'tax_rates')
    return rate
  })
}

const day = 86_400

export const subscriptionRoutes = [
  route('POST', '/v1/subscriptions', createShape, (world, params) => {
    const customer = needCustomer(world, params.customer)
    const at = world.at(customer.id)
    const items = params.items.map((item, i) => ({
      price: priceFor(world, item, `items[${i}][price]`),
      quantity: item.quantity ?? 1,
      taxRates: ratesFor(world, item.tax_rates),
      discounts: [],
      metadata: mergeMetadata({}, item.metadata),
    }))
    const method = params.default_payment_method
    const attached = method
      ? attachMethod(world, takeMethod(world, method, at, 'default_payment_method'), customer.id)
      : null
    const trialEnd =
      typeof params.trial_end === 'number'
        ? params.trial_end
        : params.trial_period_days === undefined
          ? null
          : at + params.trial_period_days * day
    return startSubscription(world, {
      customer: customer.id,
      items,
      discounts: params.discounts ?? [],
      itemDiscounts: params.items.map((item) => item.discounts ?? []),
      metadata: mergeMetadata({}, params.metadata),
      description: params.description ?? null,
      trialEnd,
      defaultMethod: attached?.id ?? null,
      taxRates: ratesFor(world, params.default_tax_rates),
      collection: params.collection_method ?? 'charge_automatically',
      daysUntilDue: params.days_until_due ?? null,
      cancelAtPeriodEnd: params.cancel_at_period_end ?? false,
      cancelAt: params.cancel_at ?? null,
      behavior: params.payment_behavior ?? 'allow_incomplete',
      missingMethod: params.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    })
  }),
  route('GET', '/v1/subscriptions/:id', {}, (world, _, id) => world.store.need('subscription', id)),
  route('POST', '/v1/subscriptions/:id', updateShape, (world, params, id) => {
    const before = world.store.need('subscription', id)
    const { items = [], default_payment_method: method, default_tax_rates: rates, ...rest } = params
    const at = world.at(before.customer)
    return updateSubscription(world, id, {
      ...rest,
      items: items.map((item, i) => ({
        id: item.id,
        deleted: item.deleted ?? false,
        price: item.price || item.price_data ? priceFor(world, item, `items[${i}][price]`) : undefined,
        quantity: item.quantity,
        taxRates: item.tax_rates === undefined ? undefined : ratesFor(world, item.tax_rates),
        discounts: item.discounts,
        metadata: item.metadata,
      })),
      ...(rates === undefined ? {} : { taxRates: ratesFor(world, rates) }),
      ...(method === undefined
        ? {}
        : {
            defaultMethod: attachMethod(
              world,
              takeMethod(world, method, at, 'default_payment_method'),
              before.customer,
            ).id,
          }),
    })
  }),
  route(
    'DELETE',
    '/v1/subscriptions/:id',
    { cancellation_details: leaving, invoice_now: boolean, prorate: boolean },
    (world, params, id) => {
      const subscription = world.store.need('subscription', id)
      if (subscription.status === 'canceled')
        throw invalid(`No such subscription: '${id}'`, 'id', 'resource_missing')
      if (params.prorate) for (const item of subscription.items.data) creditUnused(world, subscription, item)
      const used = params.invoice_now ? usageLines(world, subscription) : []
      const ended = endSubscription(world, id, 'cancellation_requested', params.cancellation_details)
      if (params.prorate || params.invoice_now) invoiceNow(world, ended, used)
      return world.store.need('subscription', id)
    },
  ),
  route('DELETE', '/v1/subscriptions/:id/discount', {}, (world, _, id) => {
    const { discounts } = world.store.need('subscription', id)
    for (const each of discounts) {
      world.emit('customer.discount.deleted', world.store.need('discount', each), world.now(null))
    }
    changeSubscription(world, id, { discounts: [] })
    const last = discounts.at(-1)
    return { ...(last ? world.store.need('discount', last) : { object: 'discount' }), deleted: true }
  }),
  route(
    'GET',
    '/v1/subscriptions',
    {
      ...listShape,
      collection_method: collection,
      current_period_end: range,
      current_period_start: range,
      customer: text,
      price: text,
      test_clock: text,
      status: oneOf(
        'active',
        'all',
        'canceled',
        'ended',
        'incomplete',
        'incomplete_expired',
        'past_due',
        'paused',
        'trialing',
        'unpaid',
      ),
    },
    (world, params) =>
      page(world, 'subscription', '/v1/subscriptions', params, {
        by: narrowest({ customer: params.customer, test_clock: params.test_clock, price: params.price }),
        where: (it) => {
          const { status } = params
          const hasStatus =
            status === 'all' ||
            (status === undefined
              ? it.status !== 'canceled'
              : status === 'ended'
                ? it.status === 'canceled' || it.status === 'incomplete_expired'
                : it.status === status)
          return (
            hasStatus &&
            (params.test_clock !== undefined || params.customer !== undefined || it.test_clock === null) &&
            (params.price === undefined || it.items.data.some((item) => item.price.id === params.price)) &&
            inRange(it.items.data[0]?.current_period_end ?? 0, params.current_period_end) &&
            inRange(it.items.data[0]?.current_period_start ?? 0, params.current_period_start)
          )
        },
      }),
  ),
  route('GET', '/v1/subscription_items', { ...pageShape, subscription: needed(text) }, (world, params) => {
    return world.store.need('subscription', params.subscription).items
  }),
]
