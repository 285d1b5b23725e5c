import { describe, expect, it } from 'vitest'
import { compute, type PricedLine, type Reduction } from '@/lib/stripe-sandbox/billing/totals'
import type { TaxRate } from '@/lib/stripe-sandbox/machine/wire'

const line = (amount: number, more: Partial<PricedLine> = {}): PricedLine => ({
  amount,
  product: 'prod_a',
  discountable: true,
  reductions: [],
  taxRates: [],
  ...more,
})
const off = (more: Partial<Reduction>): Reduction => ({
  discount: 'di',
  percentOff: null,
  amountOff: null,
  products: null,
  ...more,
})
const vat = (inclusive: boolean): TaxRate => ({
  id: `txr_${inclusive}`,
  object: 'tax_rate',
  active: true,
  country: null,
  created: 0,
  description: null,
  display_name: 'VAT',
  effective_percentage: null,
  flat_amount: null,
  inclusive,
  jurisdiction: null,
  jurisdiction_level: null,
  livemode: false,
  metadata: {},
  percentage: 20,
  rate_type: 'percentage',
  state: null,
  tax_type: null,
})

describe('what an invoice comes to', () => {
  it('takes each discount from what the one before left', () => {
    const result = compute(
      [line(1000)],
      [off({ discount: 'a', percentOff: 50 }), off({ discount: 'b', amountOff: 100 })],
    )
    expect(result.total).toBe(400)
    expect(result.discountAmounts).toEqual([
      { discount: 'a', amount: 500 },
      { discount: 'b', amount: 100 },
    ])
  })

  it('shares an amount off by what lines cost, and never below zero', () => {
    const result = compute([line(100), line(200)], [off({ amountOff: 100 })])
    expect(result.lines.map((each) => each.discounts[0]?.amount)).toEqual([33, 67])
    expect(compute([line(100)], [off({ amountOff: 500 })]).total).toBe(0)
  })

  it('leaves alone what a coupon does not mean, and credits', () => {
    const lines = [
      line(1000),
      line(1000, { product: 'prod_b' }),
      line(-500),
      line(100, { discountable: false }),
    ]
    expect(compute(lines, [off({ percentOff: 10, products: ['prod_a'] })]).total).toBe(1500)
  })

  it('taxes after discounts: exclusive on top, inclusive inside', () => {
    const half = [off({ percentOff: 50 })]
    expect(compute([line(1000, { taxRates: [vat(false)] })], half)).toMatchObject({
      total: 600,
      totalExcludingTax: 500,
    })
    expect(compute([line(1200, { taxRates: [vat(true)] })], half)).toMatchObject({
      total: 600,
      totalExcludingTax: 500,
    })
  })
})
