import { createPrice } from '@/lib/stripe-sandbox/billing/catalogue'
import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import { redeem } from '@/lib/stripe-sandbox/billing/discounts'
import { reviseDraft, seedsOf } from '@/lib/stripe-sandbox/billing/invoicing'
import { lineOfItem } from '@/lib/stripe-sandbox/billing/pending-items'
import { amountFor } from '@/lib/stripe-sandbox/billing/tiers'
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
  text,
  type Params,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { InvoiceItem, Price } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { priceDataShape } from '@/lib/stripe-sandbox/billing/price-fields'

const createShape = {
  customer: needed(text),
  amount: integer,
  currency,
  description: text,
  discountable: boolean,
  discounts: clearable(list(object({ coupon: text, promotion_code: text, discount: text }))),
  invoice: text,
  metadata,
  period: object({ start: needed(integer), end: needed(integer) }),
  price_data: priceDataShape,
  pricing: object({ price: text }),
  quantity: integer,
  subscription: text,
  tax_rates: list(text),
}

function priceOf(world: World, params: Params<typeof createShape>): Price | null {
  if (params.price_data) return createPrice(world, params.price_data)
  const id = params.pricing?.price
  if (id === undefined) return null
  const price = world.store.find('price', id)
  if (!price) throw missingReference('price', id, 'pricing[price]')
  return price
}

function createInvoiceItem(world: World, params: Params<typeof createShape>): InvoiceItem {
  const customer = needCustomer(world, params.customer)
  const at = world.at(customer.id)
  const price = priceOf(world, params)
  if (!price && params.amount === undefined) {
    throw invalid('You must supply either `amount` or `pricing`.', 'amount', 'parameter_missing')
  }
  const quantity = params.quantity ?? 1
  const amount = price ? amountFor(world, price, quantity) : (params.amount ?? 0)
  const unit = price?.currency ?? params.currency ?? customer.currency ?? 'usd'
  const name = price ? (world.store.find('product', price.product)?.name ?? null) : null
  const discounts = (params.discounts ?? []).map((ask) => {
    return ask.discount ?? redeem(world, ask, { customer: customer.id }, { currency: unit, amount }).id
  })
  const subscription = params.subscription
  if (subscription !== undefined && !world.store.find('subscription', subscription)) {
    throw missingReference('subscription', subscription, 'subscription')
  }
  const item = {
    id: world.id('ii_'),
    object: 'invoiceitem',
    amount,
    currency: unit,
    customer: customer.id,
    customer_account: null,
    date: at,
    description: params.description ?? name,
    discountable: params.discountable ?? amount >= 0,
    discounts,
    invoice: params.invoice ?? null,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    parent:
      subscription === undefined
        ? null
        : { subscription_details: { subscription }, type: 'subscription_details' },
    period: params.period ?? { start: at, end: at },
    pricing: {
      ...(price ? { price_details: { price: price.id, product: price.product } } : {}),
      type: 'price_details',
      unit_amount_decimal: price?.unit_amount_decimal ?? String(amount),
    },
    proration: false,
    quantity,
    quantity_decimal: String(quantity),
    tax_rates: (params.tax_rates ?? []).map((id) => world.store.need('tax_rate', id, 'tax_rates')),
    test_clock: customer.test_clock ?? null,
  } satisfies InvoiceItem
  world.store.put('invoiceitem', item)
  world.emit('invoiceitem.created', item, at)
  if (item.invoice !== null)
    reviseDraft(world, item.invoice, [...seedsOf(world, item.invoice), lineOfItem(world, item)])
  return item
}

export const invoiceItemRoutes = [
  route('POST', '/v1/invoiceitems', createShape, (world, params) => createInvoiceItem(world, params)),
  route('GET', '/v1/invoiceitems/:id', {}, (world, _, id) => world.store.need('invoiceitem', id)),
  route('DELETE', '/v1/invoiceitems/:id', {}, (world, _, id) => {
    const item = world.store.need('invoiceitem', id)
    if (item.invoice !== null) {
      const rest = seedsOf(world, item.invoice).filter(
        ({ parent }) => parent?.invoice_item_details?.invoice_item !== id,
      )
      reviseDraft(world, item.invoice, rest)
    }
    world.store.delete('invoiceitem', id)
    world.emit('invoiceitem.deleted', item, world.at(item.customer))
    return { id, object: 'invoiceitem', deleted: true }
  }),
  route(
    'GET',
    '/v1/invoiceitems',
    { ...listShape, customer: text, invoice: text, pending: boolean },
    (world, params) =>
      page(world, 'invoiceitem', '/v1/invoiceitems', params, {
        by: narrowest({ invoice: params.invoice, customer: params.customer }),
        where: (it) => params.pending === undefined || (it.invoice === null) === params.pending,
      }),
  ),
]
