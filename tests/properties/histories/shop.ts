import type { Stripe } from '@/lib/stripe/client'
import type { UnmatchedCode } from '@/lib/attribution/decide-unmatched'
import type { Affiliate } from '../model/facts'

export const currencies = ['usd', 'eur', 'jpy', 'kwd'] as const
export type Currency = (typeof currencies)[number]

type Interval = 'week' | 'month' | 'year'
const plans: Record<Currency, [interval: Interval, count: number, amount: number][]> = {
  usd: [
    ['month', 1, 2900],
    ['year', 1, 29_000],
    ['month', 1, 9900],
    ['year', 1, 99_000],
    ['month', 3, 7777],
    ['week', 1, 700],
  ],
  eur: [
    ['month', 1, 2755],
    ['year', 1, 27_001],
    ['month', 1, 60],
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

const products = ['prod_first', 'prod_second'] as const

export async function openShop(stripe: Stripe, affiliates: readonly Affiliate[]): Promise<Shop> {
  for (const id of products) await stripe.products.create({ id, name: id })
  const prices: Shop['prices'] = { usd: [], eur: [], jpy: [], kwd: [] }
  for (const currency of currencies) {
    for (const [i, [interval, interval_count, unit_amount]] of plans[currency].entries()) {
      const price = await stripe.prices.create({
        currency,
        unit_amount,
        product: products[i % 2] ?? products[0],
        recurring: { interval, interval_count },
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
