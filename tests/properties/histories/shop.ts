import type { Stripe } from '@/lib/stripe/client'
import type { UnmatchedCode } from '@/lib/attribution/decide-unmatched'
import type { Affiliate } from '../model/facts'

export const currencies = ['usd', 'eur', 'jpy', 'kwd'] as const
export type Currency = (typeof currencies)[number]

type Interval = 'week' | 'month' | 'year'
const plans: Record<Currency, [interval: Interval, count: number, amount: number | 'calls' | 'seats'][]> = {
  usd: [
    ['month', 1, 2900],
    ['year', 1, 29_000],
    ['month', 1, 9900],
    ['year', 1, 99_000],
    ['month', 3, 7777],
    ['week', 1, 700],
    // By the call, and by the seat: one at 10.00, then 8.00 each and 3.00 once.
    ['month', 1, 'calls'],
    ['month', 1, 'seats'],
  ],
  eur: [
    ['month', 1, 2755],
    ['year', 1, 27_001],
    ['month', 1, 60],
    ['month', 1, 'calls'],
  ],
  jpy: [
    ['month', 1, 3000],
    ['year', 1, 29_999],
    ['month', 1, 333],
  ],
  kwd: [
    ['month', 1, 8950],
    ['year', 1, 89_990],
  ],
}

export interface Shop {
  prices: Record<Currency, string[]>
  /** Null: no tax. */
  taxes: (string | null)[]
  /** What a buyer may have: nothing, one or several codes. */
  offers: Offer[]
  firstProduct: string
  /** Codes and coupons that are none of ours. */
  foreign: UnmatchedCode[]
  /** A coupon that belongs to nobody. */
  houseCoupon: string
}

export interface Offer {
  /** To be typed; null: nothing is. */
  text: string | null
  asks: { coupon?: string; promotion_code?: string }[]
}

export const meterOfCalls = 'calls'

const products = ['prod_first', 'prod_second'] as const

export async function openShop(stripe: Stripe, affiliates: readonly Affiliate[]): Promise<Shop> {
  for (const id of products) await stripe.products.create({ id, name: id })
  const meter = await stripe.billing.meters.create({
    display_name: 'Calls',
    event_name: meterOfCalls,
    default_aggregation: { formula: 'sum' },
  })
  const prices: Shop['prices'] = { usd: [], eur: [], jpy: [], kwd: [] }
  for (const currency of currencies) {
    for (const [i, [interval, interval_count, amount]] of plans[currency].entries()) {
      const metered = amount === 'calls' ? { usage_type: 'metered' as const, meter: meter.id } : {}
      const price = await stripe.prices.create({
        currency,
        product: products[i % 2] ?? products[0],
        recurring: { interval, interval_count, ...metered },
        ...pricing(amount),
      })
      prices[currency].push(price.id)
    }
  }
  const taxes: Shop['taxes'] = [null, null, null]
  for (const [percentage, inclusive] of [
    [20, false],
    [19, true],
    [7.7, false],
  ] as const) {
    taxes.push((await stripe.taxRates.create({ display_name: 'Tax', percentage, inclusive })).id)
  }
  return { prices, taxes, ...(await offersOf(stripe, affiliates)), firstProduct: products[0] }
}

function pricing(amount: number | 'calls' | 'seats'): Partial<Stripe.PriceCreateParams> {
  if (amount === 'calls') return { unit_amount: 7 }
  if (amount !== 'seats') return { unit_amount: amount }
  const tiers: Stripe.PriceCreateParams.Tier[] = [
    { up_to: 1, unit_amount: 1000 },
    { up_to: 'inf', unit_amount: 800, flat_amount: 300 },
  ]
  return { billing_scheme: 'tiered', tiers_mode: 'graduated', tiers }
}

/** Half of the offers are affiliates' codes; the others try every other way in which a discount may belong to somebody. */
async function offersOf(
  stripe: Stripe,
  affiliates: readonly Affiliate[],
): Promise<Pick<Shop, 'offers' | 'foreign' | 'houseCoupon'>> {
  const [first, second] = affiliates
  if (!first || !second) throw new Error('A programme has two affiliates at least')
  const house = await stripe.coupons.create({
    id: `house-${first.couponId}`,
    percent_off: 15,
    duration: 'forever',
  })
  const once = await stripe.coupons.create({
    id: `once-${first.couponId}`,
    percent_off: 50,
    duration: 'once',
    metadata: { affiliate_id: second.id },
  })
  const promote = async (coupon: string, code: string, metadata: Record<string, string> = {}) =>
    // Another history's code of the same text would be asked about together with this one.
    stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon },
      code: `${first.code}${code}`,
      metadata,
    })
  const ofHouse = await promote(house.id, 'HOUSE')
  const another = await promote(first.couponId, 'ANOTHER')
  const marked = await promote(house.id, 'MARKED', { affiliate_id: second.id })
  const ofOnce = await promote(once.id, 'ONCE')
  const own = affiliates.map((each): Offer => {
    return { text: each.code, asks: [{ promotion_code: each.promotionCodeId }] }
  })
  const none: Offer = { text: null, asks: [] }
  const others = [ofHouse, another, marked, ofOnce].map((each): Offer => {
    return { text: each.code, asks: [{ promotion_code: each.id }] }
  })
  const offers = [
    none,
    ...own,
    ...own,
    none,
    ...others,
    { text: null, asks: [{ coupon: first.couponId }] },
    {
      text: null,
      asks: [{ promotion_code: ofHouse.id }, { promotion_code: second.promotionCodeId }],
    },
    {
      text: null,
      asks: [{ promotion_code: second.promotionCodeId }, { promotion_code: first.promotionCodeId }],
    },
    { text: null, asks: [{ coupon: once.id }] },
  ]
  const foreign: UnmatchedCode[] = [
    { promotionCodeId: ofHouse.id },
    { couponId: house.id },
    { promotionCodeId: marked.id },
    { promotionCodeId: another.id },
    { promotionCodeId: ofOnce.id },
    { couponId: once.id },
  ]
  return { offers, foreign, houseCoupon: house.id }
}
