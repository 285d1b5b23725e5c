import type { codes } from '@/db'

type Row = Pick<
  typeof codes.$inferSelect,
  'affiliateId' | 'status' | 'redemptions' | 'origin' | 'wanted' | 'switchTo' | 'expiresAt'
>

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

/**
 * What is true of a code that Stripe has made, by what Stripe last showed.
 * @param now the programme's: a code past its last day is used up, not switched off
 */
export function compareCode(row: Row, { promotionCode, coupon }: AtStripe, now: Date): Compared {
  const redemptions = Math.max(row.redemptions, promotionCode?.timesRedeemed ?? 0)
  if (coupon?.deleted === true) {
    const drift = 'Its coupon was deleted at Stripe: nobody can use the code any more.'
    return { status: 'gone', redemptions, drift, repair: false }
  }
  const isOver = row.expiresAt !== null && row.expiresAt <= now
  const status =
    promotionCode === null
      ? row.status
      : promotionCode.active
        ? 'active'
        : promotionCode.exhausted || isOver
          ? 'exhausted'
          : 'paused'
  // The coupon of an assigned code may be that of others too, and names whom it likes.
  const nameless =
    (promotionCode !== null && promotionCode.promotionAffiliateId !== row.affiliateId) ||
    (row.origin === 'made' && coupon !== null && coupon.couponAffiliateId !== row.affiliateId)
  const sentences = [
    row.switchTo === null ? switchedThere(status, row.wanted) : null,
    nameless ? 'Its metadata at Stripe no longer name the affiliate; they are being put back.' : null,
  ].filter((sentence) => sentence !== null)
  return { status, redemptions, drift: sentences.join(' ') || null, repair: nameless }
}

function switchedThere(status: Row['status'], wanted: boolean): string | null {
  if (status === 'paused' && wanted) return 'It was switched off at Stripe.'
  return status === 'active' && !wanted ? 'It was paused here, and switched on again at Stripe.' : null
}
