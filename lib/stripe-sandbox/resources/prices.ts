import {
  boolean,
  currency,
  list,
  map,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
  unused,
} from '@/lib/stripe-sandbox/machine/fields'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import { priceFields, taxBehavior, tierFields } from '@/lib/stripe-sandbox/billing/price-fields'
import { createPrice } from '@/lib/stripe-sandbox/billing/catalogue'

export const priceRoutes = [
  route(
    'POST',
    '/v1/prices',
    {
      ...priceFields,
      currency: needed(currency),
      product: text,
      product_data: object({ name: needed(text), metadata, active: boolean, id: text, unit_label: text }),
      active: boolean,
      ...tierFields,
      nickname: text,
      lookup_key: text,
      metadata,
      transfer_lookup_key: boolean,
      currency_options: map(unused),
    },
    (world, params) => createPrice(world, params),
  ),
  route('GET', '/v1/prices/:id', {}, (world, _, id) => world.store.need('price', id)),
  route(
    'POST',
    '/v1/prices/:id',
    { active: boolean, lookup_key: text, metadata, nickname: text, tax_behavior: taxBehavior },
    (world, params, id) => {
      const before = world.store.need('price', id)
      const { metadata: change, ...rest } = params
      const after = world.store.update('price', id, {
        ...rest,
        metadata: mergeMetadata(before.metadata, change),
      })
      world.emit('price.updated', after, world.now(null), before)
      return after
    },
  ),
  route(
    'GET',
    '/v1/prices',
    {
      ...listShape,
      active: boolean,
      currency,
      lookup_keys: list(text),
      product: text,
      type: oneOf('one_time', 'recurring'),
      recurring: object({ interval: oneOf('day', 'week', 'month', 'year'), usage_type: text }),
    },
    (world, params) =>
      page(world, 'price', '/v1/prices', params, {
        by: narrowest({ product: params.product }),
        where: (it) =>
          (params.active === undefined || it.active === params.active) &&
          (params.currency === undefined || it.currency === params.currency) &&
          (params.type === undefined || it.type === params.type) &&
          (params.recurring?.interval === undefined ||
            it.recurring?.interval === params.recurring.interval) &&
          (!params.lookup_keys || (it.lookup_key !== null && params.lookup_keys.includes(it.lookup_key))),
      }),
  ),
]
