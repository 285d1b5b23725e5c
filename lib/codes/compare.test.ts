import { describe, expect, it } from 'vitest'
import { compareCode } from './compare'

const row = {
  affiliateId: 'aff_1',
  status: 'active',
  redemptions: 3,
  origin: 'made',
  wanted: true,
  switchTo: null,
  expiresAt: null,
} as const
const now = new Date('2026-03-01T00:00:00Z')
const promotionCode = { active: true, exhausted: false, timesRedeemed: 5, promotionAffiliateId: 'aff_1' }
const coupon = { deleted: false, couponAffiliateId: 'aff_1' }

describe('a code as Stripe has it', () => {
  it('is right where both say the same, and its redemptions only grow', () => {
    const right = { status: 'active', drift: null, repair: false }
    expect(compareCode(row, { promotionCode, coupon }, now)).toEqual({ ...right, redemptions: 5 })
    expect(compareCode(row, { promotionCode: null, coupon: null }, now)).toEqual({ ...right, redemptions: 3 })
  })

  it('is paused where it was switched off, exhausted where it was used up, gone with its coupon', () => {
    const off = { ...promotionCode, active: false }
    expect(compareCode(row, { promotionCode: off, coupon }, now)).toMatchObject({
      status: 'paused',
      drift: 'It was switched off at Stripe.',
    })
    expect(compareCode(row, { promotionCode: { ...off, exhausted: true }, coupon }, now)).toMatchObject({
      status: 'exhausted',
      drift: null,
    })
    expect(compareCode(row, { promotionCode: off, coupon: { ...coupon, deleted: true } }, now)).toMatchObject(
      {
        status: 'gone',
        repair: false,
      },
    )
  })

  it('is to be repaired where its metadata name nobody or somebody else', () => {
    const nameless = { ...promotionCode, promotionAffiliateId: null }
    expect(compareCode(row, { promotionCode: nameless, coupon }, now)).toMatchObject({ repair: true })
    const foreign = { ...coupon, couponAffiliateId: 'aff_2' }
    expect(compareCode(row, { promotionCode, coupon: foreign }, now)).toMatchObject({ repair: true })
  })
  it('paused here is no drift, switched on again at Stripe is one, and neither is while it is being switched', () => {
    const off = { ...promotionCode, active: false }
    const paused = { ...row, wanted: false }
    expect(compareCode(paused, { promotionCode: off, coupon }, now)).toMatchObject({
      status: 'paused',
      drift: null,
    })
    expect(compareCode(paused, { promotionCode, coupon }, now)).toMatchObject({
      status: 'active',
      drift: 'It was paused here, and switched on again at Stripe.',
    })
    const switching = { ...paused, switchTo: 'active' } as const
    expect(compareCode(switching, { promotionCode, coupon }, now).drift).toBeNull()
  })

  it('past its last day is used up, not switched off', () => {
    const off = { ...promotionCode, active: false }
    const over = { ...row, expiresAt: now }
    expect(compareCode(over, { promotionCode: off, coupon }, now)).toMatchObject({
      status: 'exhausted',
      drift: null,
    })
  })

  it('that was assigned leaves its coupon, which may be others’ too, as it is', () => {
    const assigned = { ...row, origin: 'assigned' } as const
    const foreign = { ...coupon, couponAffiliateId: 'aff_2' }
    expect(compareCode(assigned, { promotionCode, coupon: foreign }, now).repair).toBe(false)
  })
})
