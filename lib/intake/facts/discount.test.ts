import { describe, expect, it } from 'vitest'
import { discountFact } from './discount'

const sight = { observedAt: new Date('2026-01-31T10:00:00Z'), eventId: null }
const discount = { id: 'di_1', start: 1_769_853_600, customer: 'cus_1', promotion_code: 'promo_1' }
const seen = (coupon: unknown) => discountFact.observe({ ...discount, source: { coupon } }, sight)[0]?.body

describe('a discount', () => {
  it('keeps its coupon, whether it is expanded, an id, deleted or gone', () => {
    const whole = { id: 'trb_1', percent_off: 5, duration: 'forever', metadata: { affiliate_id: 'aff_1' } }
    expect(seen(whole)).toMatchObject({ couponId: 'trb_1', couponAffiliateId: 'aff_1', percentOffBps: 500 })
    for (const coupon of ['trb_1', { id: 'trb_1', object: 'coupon', deleted: true }]) {
      expect(seen(coupon)).toMatchObject({ couponId: 'trb_1', couponAffiliateId: null, percentOffBps: null })
    }
    expect(seen(null)).toMatchObject({ couponId: null, promotionCodeId: 'promo_1' })
  })

  it('of another shape is refused', () => {
    expect(() => seen({ percent_off: 5 })).toThrow()
    expect(() => discountFact.observe({ id: 'di_1' }, sight)).toThrow()
  })
})
