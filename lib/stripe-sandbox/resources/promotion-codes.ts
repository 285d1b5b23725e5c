import {
  amount,
  boolean,
  currency,
  integer,
  map,
  mergeMetadata,
  metadata,
  needed,
  object,
  oneOf,
  text,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { PromotionCode } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const createShape = {
  promotion: needed(object({ type: needed(oneOf('coupon')), coupon: text })),
  code: text,
  active: boolean,
  customer: text,
  expires_at: integer,
  max_redemptions: integer,
  metadata,
  restrictions: object({
    first_time_transaction: boolean,
    minimum_amount: amount,
    minimum_amount_currency: currency,
    currency_options: map(object({ minimum_amount: amount })),
  }),
}

/** A code is unique, whatever its case, among the active codes. https://docs.stripe.com/api/promotion_codes/create */
function assertFree(world: World, code: string, except?: string): void {
  for (const other of world.store.each('promotion_code', { index: 'code', key: code.toLowerCase() })) {
    if (other.active && other.id !== except) {
      throw invalid(
        `An active promotion code with \`code: ${code}\` already exists.`,
        'code',
        'resource_already_exists',
      )
    }
  }
}

export const promotionCodeRoutes = [
  route('POST', '/v1/promotion_codes', createShape, (world, params) => {
    const couponId = params.promotion.coupon
    if (couponId === undefined) {
      throw invalid('Missing required param: promotion[coupon].', 'promotion[coupon]', 'parameter_missing')
    }
    const coupon = world.store.find('coupon', couponId)
    if (!coupon) throw missingReference('coupon', couponId, 'promotion[coupon]')
    if (!coupon.valid) throw invalid(`The coupon ${coupon.id} is no longer valid.`, 'promotion[coupon]')
    if (params.customer !== undefined && !world.store.find('customer', params.customer)) {
      throw missingReference('customer', params.customer, 'customer')
    }
    const code = params.code ?? world.id('', 8).toUpperCase()
    if (!/^[a-zA-Z0-9-]{1,500}$/.test(code)) {
      throw invalid(
        'Invalid promotion code: it can only contain letters, digits and dashes.',
        'code',
        'invalid_characters',
      )
    }
    if (params.active !== false) assertFree(world, code)
    const { restrictions = {} } = params
    if (
      (restrictions.minimum_amount === undefined) !==
      (restrictions.minimum_amount_currency === undefined)
    ) {
      throw invalid(
        'You must pass minimum_amount together with minimum_amount_currency.',
        'restrictions[minimum_amount]',
      )
    }
    const now = world.now(null)
    const promotion = {
      id: world.id('promo_'),
      object: 'promotion_code',
      active: params.active ?? true,
      code,
      created: now,
      customer: params.customer ?? null,
      customer_account: null,
      expires_at: params.expires_at ?? null,
      livemode: false,
      max_redemptions: params.max_redemptions ?? null,
      metadata: mergeMetadata({}, params.metadata),
      promotion: { coupon: coupon.id, type: 'coupon' },
      restrictions: {
        first_time_transaction: restrictions.first_time_transaction ?? false,
        minimum_amount: restrictions.minimum_amount ?? null,
        minimum_amount_currency: restrictions.minimum_amount_currency ?? null,
      },
      times_redeemed: 0,
    } satisfies PromotionCode
    world.store.put('promotion_code', promotion)
    world.emit('promotion_code.created', promotion, now)
    return promotion
  }),
  route('GET', '/v1/promotion_codes/:id', {}, (world, _, id) => world.store.need('promotion_code', id)),
  route(
    'POST',
    '/v1/promotion_codes/:id',
    {
      active: boolean,
      metadata,
      restrictions: object({ currency_options: map(object({ minimum_amount: amount })) }),
    },
    (world, params, id) => {
      const before = world.store.need('promotion_code', id)
      if (params.active === true && !before.active) {
        assertFree(world, before.code, id)
        const coupon = world.store.find('coupon', before.promotion.coupon)
        if (!coupon?.valid)
          throw invalid('This promotion code cannot be activated: its coupon is no longer valid.', 'active')
      }
      const after = world.store.update('promotion_code', id, {
        active: params.active ?? before.active,
        metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
      })
      world.emit('promotion_code.updated', after, world.now(null), before)
      return after
    },
  ),
  route(
    'GET',
    '/v1/promotion_codes',
    { ...listShape, active: boolean, code: text, coupon: text, customer: text },
    (world, params) =>
      page(world, 'promotion_code', '/v1/promotion_codes', params, {
        by: narrowest({ code: params.code?.toLowerCase(), coupon: params.coupon, customer: params.customer }),
        where: (it) =>
          (params.active === undefined || it.active === params.active) &&
          (params.coupon === undefined || it.promotion.coupon === params.coupon) &&
          (params.customer === undefined || it.customer === params.customer),
      }),
  ),
]
