import { boolean, decimal, mergeMetadata, metadata, needed, text } from '@/lib/stripe-sandbox/machine/fields'
import { listShape, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { TaxRate } from '@/lib/stripe-sandbox/machine/wire'

const described = {
  display_name: text,
  active: boolean,
  country: text,
  description: text,
  jurisdiction: text,
  state: text,
  tax_type: text,
  metadata,
}

export const taxRateRoutes = [
  route(
    'POST',
    '/v1/tax_rates',
    { ...described, display_name: needed(text), inclusive: needed(boolean), percentage: needed(decimal) },
    (world, params) => {
      const now = world.now(null)
      const rate = {
        id: world.id('txr_'),
        object: 'tax_rate',
        active: params.active ?? true,
        country: params.country ?? null,
        created: now,
        description: params.description ?? null,
        display_name: params.display_name,
        effective_percentage: null,
        flat_amount: null,
        inclusive: params.inclusive,
        jurisdiction: params.jurisdiction ?? null,
        jurisdiction_level: null,
        livemode: false,
        metadata: mergeMetadata({}, params.metadata),
        percentage: Number(params.percentage),
        rate_type: 'percentage',
        state: params.state ?? null,
        tax_type: params.tax_type ?? null,
      } satisfies TaxRate
      world.store.put('tax_rate', rate)
      world.emit('tax_rate.created', rate, now)
      return rate
    },
  ),
  route('GET', '/v1/tax_rates/:id', {}, (world, _, id) => world.store.need('tax_rate', id)),
  route('POST', '/v1/tax_rates/:id', described, (world, params, id) => {
    const before = world.store.need('tax_rate', id)
    const { metadata: change, ...rest } = params
    const after = world.store.update('tax_rate', id, {
      ...rest,
      metadata: mergeMetadata(before.metadata ?? {}, change),
    })
    world.emit('tax_rate.updated', after, world.now(null), before)
    return after
  }),
  route('GET', '/v1/tax_rates', { ...listShape, active: boolean, inclusive: boolean }, (world, params) =>
    page(world, 'tax_rate', '/v1/tax_rates', params, {
      where: (it) =>
        (params.active === undefined || it.active === params.active) &&
        (params.inclusive === undefined || it.inclusive === params.inclusive),
    }),
  ),
]
