import { describe, expect, it } from 'vitest'
import { compareCode } from './compare'

const row = { affiliateId: 'aff_1', status: 'active', redemptions: 3 } as const
const promotionCode = { active: true, exhausted: false, timesRedeemed: 5, promotionAffiliateId: 'aff_1' }
const coupon = { deleted: false, couponAffiliateId: 'aff_1' }

describe('a code as Stripe has it', () => {
  it('is right where both say the same, and its redemptions only grow', () => {
    const right = { status: 'active', drift: null, repair: false }
    expect(compareCode(row, { promotionCode, coupon })).toEqual({ ...right, redemptions: 5 })
    expect(compareCode(row, { promotionCode: null, coupon: null })).toEqual({ ...right, redemptions: 3 })
  })

  it('is paused where it was switched off, exhausted where it was used up, gone with its coupon', () => {
    const off = { ...promotionCode, active: false }
    expect(compareCode(row, { promotionCode: off, coupon })).toMatchObject({
      status: 'paused',
      drift: 'It was switched off at Stripe.',
    })
    expect(compareCode(row, { promotionCode: { ...off, exhausted: true }, coupon })).toMatchObject({
      status: 'exhausted',
      drift: null,
    })
    expect(compareCode(row, { promotionCode: off, coupon: { ...coupon, deleted: true } })).toMatchObject({
      status: 'gone',
      repair: false,
    })
  })

  it('is to be repaired where its metadata name nobody or somebody else', () => {
    const nameless = { ...promotionCode, promotionAffiliateId: null }
    expect(compareCode(row, { promotionCode: nameless, coupon })).toMatchObject({ repair: true })
    const foreign = { ...coupon, couponAffiliateId: 'aff_2' }
    expect(compareCode(row, { promotionCode, coupon: foreign })).toMatchObject({ repair: true })
  })
})
