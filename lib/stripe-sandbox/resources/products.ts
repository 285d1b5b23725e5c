import {
  boolean,
  clearable,
  integer,
  list,
  mergeMetadata,
  metadata,
  needed,
  object,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import { createPrice, createProduct } from '@/lib/stripe-sandbox/billing/catalogue'
import { recurringShape, taxBehavior } from '@/lib/stripe-sandbox/billing/price-fields'

const common = {
  active: boolean,
  images: list(text),
  marketing_features: list(object({ name: needed(text) })),
  metadata,
  package_dimensions: unused,
  shippable: boolean,
  statement_descriptor: text,
  tax_details: unused,
}

const createShape = {
  ...common,
  name: needed(text),
  id: text,
  description: text,
  tax_code: text,
  unit_label: text,
  url: text,
  type: text,
  default_price_data: object({
    currency: needed(text),
    unit_amount: integer,
    unit_amount_decimal: text,
    recurring: recurringShape,
    tax_behavior: taxBehavior,
    metadata,
  }),
}

export const productRoutes = [
  route('POST', '/v1/products', createShape, (world, params) => {
    const { default_price_data: priceData, metadata: change } = params
    const product = createProduct(world, { ...params, metadata: mergeMetadata({}, change) })
    if (!priceData) return product
    const price = createPrice(world, { ...priceData, product: product.id })
    return world.store.update('product', product.id, { default_price: price.id })
  }),
  route('GET', '/v1/products/:id', {}, (world, _, id) => world.store.need('product', id)),
  route(
    'POST',
    '/v1/products/:id',
    {
      ...common,
      name: text,
      default_price: text,
      description: clearable(text),
      tax_code: clearable(text),
      unit_label: clearable(text),
      url: clearable(text),
    },
    (world, params, id) => {
      const before = world.store.need('product', id)
      const { metadata: change, package_dimensions: _, tax_details: __, ...rest } = params
      const now = world.now(null)
      const after = world.store.update('product', id, {
        ...rest,
        metadata: mergeMetadata(before.metadata, change),
        updated: now,
      })
      world.emit('product.updated', after, now, before)
      return after
    },
  ),
  route('DELETE', '/v1/products/:id', {}, (world, _, id) => {
    const product = world.store.need('product', id)
    if (!world.store.each('price', { index: 'product', key: id }).next().done) {
      throw new StripeFault(400, {
        type: 'invalid_request_error',
        message: 'This product cannot be deleted because it has one or more user-created prices.',
      })
    }
    world.store.delete('product', id)
    world.emit('product.deleted', product, world.now(null))
    return { id, object: 'product', deleted: true }
  }),
  route(
    'GET',
    '/v1/products',
    { ...listShape, active: boolean, ids: list(text), shippable: boolean },
    (world, params) =>
      page(world, 'product', '/v1/products', params, {
        where: (it) =>
          (params.active === undefined || it.active === params.active) &&
          (!params.ids || params.ids.includes(it.id)),
      }),
  ),
]
