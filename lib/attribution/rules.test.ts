import { describe, expect, it } from 'vitest'
import { attribute, type Directory, type Evidence } from './rules'

const directory: Directory = {
  byPromotionCode: new Map([
    ['promo_a', 'aff_a'],
    ['promo_b', 'aff_b'],
  ]),
  byCoupon: new Map(),
  byText: new Map(),
  affiliates: new Set(['aff_a', 'aff_b', 'aff_c']),
  house: new Set(),
}

function piece(of: Partial<Evidence>): Evidence {
  return {
    kind: 'invoice_discount',
    at: 1_700_000_000,
    sourceId: 'in_1',
    discountId: null,
    promotionCodeId: null,
    couponId: null,
    promotionAffiliateId: null,
    couponAffiliateId: null,
    codeText: null,
    namedAffiliateId: null,
    reason: null,
    digest: 'x',
    recordedAtMs: 0,
    ...of,
  }
}

describe('of several pieces of evidence', () => {
  const ofA = piece({ discountId: 'di_1', promotionCodeId: 'promo_a', digest: 'z' })
  const ofB = piece({ discountId: 'di_2', promotionCodeId: 'promo_b', digest: 'a' })

  it.each([
    ['the earliest wins', { ...ofA, at: ofA.at + 1 }, ofB],
    [
      'from the same second a discount on an invoice wins over one on a session',
      { ...ofA, kind: 'session_discount' as const },
      ofB,
    ],
    ['of the same kind and second the smaller id of a discount wins', { ...ofA, discountId: 'di_3' }, ofB],
    [
      'of two names on one object in one second the smaller id of an affiliate wins',
      piece({ kind: 'metadata', namedAffiliateId: 'aff_c', digest: 'a' }),
      piece({ kind: 'metadata', namedAffiliateId: 'aff_b', digest: 'z' }),
    ],
  ])('%s', (_, loser, winner) => {
    for (const order of [
      [loser, winner],
      [winner, loser],
    ]) {
      expect(attribute(order, directory)).toMatchObject({ affiliateId: 'aff_b' })
    }
  })
})
