import type { Instant } from '@/lib/calendar'
import { createHash } from 'node:crypto'
import { evidenceRanks, type Evidence, type EvidenceKind } from '@/lib/attribution/rules'
import { codeInReference } from '@/lib/codes/reference'
import type { Bodies, Fact, Kind, Sight } from './facts'
import type { Sights } from './facts/merge'

/** A piece of evidence and whom it is about: a customer, or the payment of a guest. */
export type NewEvidence = Omit<Evidence, 'recordedAtMs'> & { subjectId: string; rank: number }

/** What has to be known of discounts and codes to read evidence off an object. */
export interface Known {
  discount(id: string): Bodies['discount'] | null
  promotionCode(id: string): Bodies['promotion_code'] | null
  coupon(id: string): Bodies['coupon'] | null
}

export function knownFrom(sights: Sights): Known {
  return {
    discount: (id) => sights.find('discount', id),
    promotionCode: (id) => sights.find('promotion_code', id),
    coupon: (id) => sights.find('coupon', id),
  }
}

type Seen = { [K in Kind]: { kind: K; objectId: string; body: Bodies[K] } & Pick<Fact, 'paymentId'> }[Kind] &
  Sight

const nothing = {
  discountId: null,
  promotionCodeId: null,
  couponId: null,
  promotionAffiliateId: null,
  couponAffiliateId: null,
  codeText: null,
  namedAffiliateId: null,
  reason: null,
}

/** All signs of a code on one object, with their times: domain rules of attribution 1 to 4. Pure. */
export function evidenceOf(seen: Seen, known: Known): NewEvidence[] {
  switch (seen.kind) {
    case 'invoice':
      return about(seen.body.customerId, [
        ...seen.body.discountIds.map((id) => ofDiscount('invoice_discount', seen, id, known)),
        // Stripe writes the subscription's metadata down on the invoice when it makes it.
        named(seen.body.subscriptionId ?? seen.objectId, seen.body, seen.body.createdAt),
      ])
    case 'subscription':
      return about(seen.body.customerId, [
        ...[...seen.body.discountIds, ...seen.body.items.flatMap((item) => item.discountIds)].map((id) =>
          ofDiscount('subscription_discount', seen, id, known),
        ),
        named(seen.objectId, seen.body, secondsOf(seen.observedAt)),
      ])
    case 'checkout_session':
      // An abandoned session proves nothing: nobody bought.
      if (!seen.body.complete) return []
      return about(seen.body.customerId ?? seen.paymentId ?? null, [
        ...seen.body.discounts.map((discount) => ofSession(seen.objectId, seen.body, discount, known)),
        // The event comes a second or two after the charge; what a link left was there before the buyer came.
        named(seen.objectId, seen.body, seen.body.createdAt),
        seen.body.clientReferenceId === null
          ? null
          : named(
              seen.objectId,
              {
                namedAffiliateId: seen.body.clientReferenceId,
                namedCode: codeInReference(seen.body.clientReferenceId),
              },
              seen.body.createdAt,
            ),
      ])
    case 'customer':
      return about(seen.objectId, [named(seen.objectId, seen.body, secondsOf(seen.observedAt))])
    default:
      return []
  }
}

type Piece = Omit<Evidence, 'digest' | 'recordedAtMs'>

function about(subjectId: string | null, pieces: (Piece | null)[]): NewEvidence[] {
  if (subjectId === null) return []
  return pieces.flatMap((piece) => {
    if (piece === null) return []
    // A discount shows on every invoice of its subscription: that is one sign, not one a month.
    const { at: _at, ...rest } = piece.discountId === null ? piece : { ...piece, sourceId: null }
    const digest = createHash('sha256').update(JSON.stringify(rest)).digest('base64url')
    return [{ ...piece, subjectId, digest, rank: evidenceRanks[piece.kind] }]
  })
}

function ofDiscount(
  kind: EvidenceKind,
  { objectId: sourceId, observedAt }: Pick<Fact, 'objectId' | 'observedAt'>,
  discountId: string,
  known: Known,
): Piece {
  const discount = known.discount(discountId)
  // Taken off before it could be read: a sign of a code all the same, of one that nobody can name any more.
  if (discount === null) return { ...nothing, kind, at: secondsOf(observedAt), sourceId, discountId }
  const { promotionCodeId, couponId, promotionAffiliateId, codeText } = discount
  const coupon = couponId === null ? null : known.coupon(couponId)
  const couponAffiliateId = discount.couponAffiliateId ?? coupon?.couponAffiliateId ?? null
  const seen = { promotionCodeId, couponId, promotionAffiliateId, couponAffiliateId, codeText }
  return { ...nothing, ...seen, kind, at: discount.start, sourceId, discountId }
}

function ofSession(
  sourceId: string,
  session: Bodies['checkout_session'],
  discount: { couponId: string | null; promotionCodeId: string | null },
  known: Known,
): Piece {
  const code = discount.promotionCodeId === null ? null : known.promotionCode(discount.promotionCodeId)
  const couponId = discount.couponId ?? code?.couponId ?? null
  const coupon = couponId === null ? null : known.coupon(couponId)
  return {
    ...nothing,
    kind: 'session_discount',
    at: session.createdAt,
    sourceId,
    promotionCodeId: discount.promotionCodeId,
    couponId,
    promotionAffiliateId: code?.promotionAffiliateId ?? null,
    // An event about a promotion code has no more of its coupon than the id.
    couponAffiliateId: code?.couponAffiliateId ?? coupon?.couponAffiliateId ?? null,
    codeText: code?.codeText ?? null,
  }
}

const secondsOf = (date: Date): number => Math.floor(date.getTime() / 1000)

function named(
  sourceId: string,
  by: { namedAffiliateId: string | null; namedCode: string | null },
  at: Instant,
): Piece | null {
  if (by.namedAffiliateId === null && by.namedCode === null) return null
  return {
    ...nothing,
    kind: 'metadata',
    at,
    sourceId,
    namedAffiliateId: by.namedAffiliateId,
    codeText: by.namedCode,
  }
}
