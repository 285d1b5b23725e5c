import {
  amount,
  clearable,
  currency,
  decimal,
  integer,
  list,
  map,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Coupon } from '@/lib/stripe-sandbox/machine/wire'

const createShape = {
  id: text,
  name: text,
  percent_off: decimal,
  amount_off: amount,
  currency,
  currency_options: map(object({ amount_off: needed(amount) })),
  duration: oneOf('forever', 'once', 'repeating'),
  duration_in_months: integer,
  max_redemptions: integer,
  redeem_by: integer,
  applies_to: object({ products: list(text) }),
  metadata,
}

export const couponRoutes = [
  route('POST', '/v1/coupons', createShape, (world, params) => {
    const percent = params.percent_off === undefined ? null : Number(params.percent_off)
    const { amount_off: off = null, duration = 'once' } = params
    if (percent === null && off === null) throw invalid('Must provide percent_off or amount_off.')
    if (percent !== null && off !== null)
      throw invalid('You may only specify one of these parameters: percent_off, amount_off.')
    if (percent !== null && (percent <= 0 || percent > 100)) {
      throw invalid('percent_off must be greater than 0 and at most 100.', 'percent_off')
    }
    if (off !== null && params.currency === undefined) {
      throw invalid('You must pass currency when passing amount_off.', 'currency', 'parameter_missing')
    }
    if (duration === 'repeating' && params.duration_in_months === undefined) {
      throw invalid('Missing required param: duration_in_months.', 'duration_in_months', 'parameter_missing')
    }
    if (params.id !== undefined && world.store.find('coupon', params.id)) {
      throw invalid('Coupon already exists.', 'id', 'resource_already_exists')
    }
    for (const product of params.applies_to?.products ?? []) {
      if (!world.store.find('product', product))
        throw missingReference('product', product, 'applies_to[products]')
    }
    const now = world.now(null)
    const coupon = {
      id: params.id ?? world.id('', 8),
      object: 'coupon',
      amount_off: off,
      created: now,
      currency: off === null ? null : (params.currency ?? null),
      duration,
      duration_in_months: params.duration_in_months ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      name: params.name ?? null,
      percent_off: percent,
      redeem_by: params.redeem_by ?? null,
      times_redeemed: 0,
      valid: true,
    } satisfies Coupon
    world.store.put('coupon', coupon)
    const { applies_to, currency_options } = params
    world.store.put('sandbox.extra', {
      object: 'sandbox.extra',
      id: coupon.id,
      fields: { ...(applies_to ? { applies_to } : {}), ...(currency_options ? { currency_options } : {}) },
    })
    world.emit('coupon.created', coupon, now)
    return coupon
  }),
  route('GET', '/v1/coupons/:id', {}, (world, _, id) => world.store.need('coupon', id, 'coupon')),
  route('POST', '/v1/coupons/:id', { name: clearable(text), metadata }, (world, params, id) => {
    const before = world.store.need('coupon', id, 'coupon')
    const { metadata: change, ...rest } = params
    const after = world.store.update('coupon', id, {
      ...rest,
      metadata: mergeMetadata(before.metadata ?? {}, change),
    })
    world.emit('coupon.updated', after, world.now(null), before)
    return after
  }),
  // Discounts that were made from the coupon stay; its promotion codes can no longer be redeemed.
  // https://docs.stripe.com/api/coupons/delete
  route('DELETE', '/v1/coupons/:id', {}, (world, _, id) => {
    const coupon = world.store.need('coupon', id, 'coupon')
    const extra = world.store.find('sandbox.extra', id)
    world.store.put('sandbox.extra', {
      object: 'sandbox.extra',
      id,
      fields: { ...extra?.fields, remains: { ...coupon, valid: false } },
    })
    world.store.delete('coupon', id)
    world.emit('coupon.deleted', coupon, world.now(null))
    for (const promotion of world.store.each('promotion_code', { index: 'coupon', key: id })) {
      const after = world.store.update('promotion_code', promotion.id, { active: false })
      world.emit('promotion_code.updated', after, world.now(null), promotion)
    }
    return { id, object: 'coupon', deleted: true }
  }),
  route('GET', '/v1/coupons', listShape, (world, params) => page(world, 'coupon', '/v1/coupons', params)),
]
