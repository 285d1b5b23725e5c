import type { codes } from '@/db'

type Row = Pick<typeof codes.$inferSelect, 'affiliateId' | 'status' | 'redemptions'>

/** A code's objects as Stripe last showed them; null: never shown. */
export interface AtStripe {
  promotionCode: {
    active: boolean
    exhausted: boolean
    timesRedeemed: number
    promotionAffiliateId: string | null
  } | null
  coupon: { deleted: boolean; couponAffiliateId: string | null } | null
}

export interface Compared {
  status: Row['status']
  redemptions: number
  /** In which way Stripe says something else than we do; null: in none. */
  drift: string | null
  /** It is ours to put right: the metadata. */
  repair: boolean
}

/** What is true of a code that Stripe has made, by what Stripe last showed. */
export function compareCode(row: Row, { promotionCode, coupon }: AtStripe): Compared {
  const redemptions = Math.max(row.redemptions, promotionCode?.timesRedeemed ?? 0)
  if (coupon?.deleted === true) {
    const drift = 'Its coupon was deleted at Stripe: nobody can use the code any more.'
    return { status: 'gone', redemptions, drift, repair: false }
  }
  const status =
    promotionCode === null
      ? row.status
      : promotionCode.active
        ? 'active'
        : promotionCode.exhausted
          ? 'exhausted'
          : 'paused'
  const nameless =
    (promotionCode !== null && promotionCode.promotionAffiliateId !== row.affiliateId) ||
    (coupon !== null && coupon.couponAffiliateId !== row.affiliateId)
  const sentences = [
    status === 'paused' ? 'It was switched off at Stripe.' : null,
    nameless ? 'Its metadata at Stripe no longer name the affiliate; they are being put back.' : null,
  ].filter((sentence) => sentence !== null)
  return { status, redemptions, drift: sentences.join(' ') || null, repair: nameless }
}
