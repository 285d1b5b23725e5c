import 'server-only'
import type { codes } from '@/db'
import { isMissing, type Stripe } from '@/lib/stripe/client'

type Row = typeof codes.$inferSelect

/** The coupon of a code's affiliate: found, or made under an id of our own, so that there is never a second. */
export async function ensureCoupon(stripe: Stripe, row: Row): Promise<void> {
  const existing = await findCoupon(stripe, row.stripeCouponId)
  if (existing !== null) return bringInLine(stripe, existing, row)
  try {
    await stripe.coupons.create({
      id: row.stripeCouponId,
      duration: row.duration,
      ...(row.durationInMonths === null ? {} : { duration_in_months: row.durationInMonths }),
      ...discountOf(row),
      ...labelOf(row),
    })
  } catch (error) {
    // Another attempt may have made it since we looked, or the answer to our own was lost.
    const made = await findCoupon(stripe, row.stripeCouponId)
    if (made === null) throw error
    await bringInLine(stripe, made, row)
  }
}

/** https://docs.stripe.com/api/coupons/create: the name has at most 40 characters. */
const longestCouponName = 40

async function findCoupon(stripe: Stripe, id: string): Promise<Stripe.Coupon | null> {
  try {
    return await stripe.coupons.retrieve(id)
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

function discountOf(row: Row): { percent_off: number } | { amount_off: number; currency: string } {
  if (row.amountOffMinor !== null && row.amountOffCurrency !== null) {
    return { amount_off: Number(row.amountOffMinor), currency: row.amountOffCurrency }
  }
  // Stripe takes a percentage with two decimals as a JSON number; the basis points are ours.
  return { percent_off: (row.percentOffBps ?? 0) / 100 }
}

function metadataOf(row: Row): Record<string, string> {
  return { affiliate_id: row.affiliateId, affiliate_code: row.code, tributary: 'affiliate' }
}

function labelOf(row: Row): { name: string; metadata: Record<string, string> } {
  return { name: row.code.slice(0, longestCouponName), metadata: metadataOf(row) }
}

/** What a coupon gives cannot be changed, its label can: the code may have become another since. */
async function bringInLine(stripe: Stripe, coupon: Stripe.Coupon, row: Row): Promise<void> {
  requireSame(coupon, row)
  if (coupon.metadata?.['affiliate_code'] !== row.code) await stripe.coupons.update(coupon.id, labelOf(row))
}

function requireSame(coupon: Stripe.Coupon, row: Row): void {
  const wanted = discountOf(row)
  const isSame =
    coupon.duration === row.duration &&
    coupon.duration_in_months === row.durationInMonths &&
    coupon.metadata?.['affiliate_id'] === row.affiliateId &&
    ('percent_off' in wanted
      ? coupon.percent_off === wanted.percent_off
      : coupon.amount_off === wanted.amount_off && coupon.currency === wanted.currency)
  if (!isSame) throw new Error(`The coupon ${coupon.id} at Stripe is not what this code gives`)
}

/**
 * Puts back the metadata that name the affiliate on what Stripe still has of a code.
 * @param turn another one at every attempt: Stripe answers a key it knows without doing anything
 */
export async function restoreMetadata(stripe: Stripe, row: Row, turn: string): Promise<void> {
  const key = (id: string) => ({ idempotencyKey: `metadata/${id}/${turn}` })
  const metadata = metadataOf(row)
  // An assigned code's coupon may be that of others too.
  if (row.origin === 'made')
    await stripe.coupons.update(row.stripeCouponId, { metadata }, key(row.stripeCouponId))
  const id = row.stripePromotionCodeId
  if (id !== null) await stripe.promotionCodes.update(id, { metadata }, key(id))
}

/** @returns null if somebody else's active promotion code has the text */
export async function findOrCreatePromotionCode(
  stripe: Stripe,
  row: Row,
): Promise<Stripe.PromotionCode | null> {
  const found = await findPromotionCode(stripe, row)
  if (found !== undefined) return found
  try {
    return await stripe.promotionCodes.create(
      {
        promotion: { type: 'coupon', coupon: row.stripeCouponId },
        code: row.code,
        metadata: metadataOf(row),
        ...(row.maxRedemptions === null ? {} : { max_redemptions: row.maxRedemptions }),
        ...(row.expiresAt === null ? {} : { expires_at: Math.floor(row.expiresAt.getTime() / 1000) }),
        ...(row.firstTimeOnly ? { restrictions: { first_time_transaction: true } } : {}),
      },
      // Numbered by attempt: Stripe gives a key's first answer again, also where that was its own failure.
      { idempotencyKey: `promotion-code/${row.stripeCouponId}/${row.code}/${row.provisionAttempts}` },
    )
  } catch (error) {
    const made = await findPromotionCode(stripe, row)
    if (made === undefined) throw error
    return made
  }
}

/** Ours; null: somebody else's active one stands in the way; undefined: there is none. */
async function findPromotionCode(stripe: Stripe, row: Row): Promise<Stripe.PromotionCode | null | undefined> {
  let isTaken = false
  for await (const candidate of stripe.promotionCodes.list({ code: row.code, limit: 100 })) {
    if (couponIdIn(candidate) === row.stripeCouponId) return candidate
    if (candidate.active) isTaken = true
  }
  return isTaken ? null : undefined
}

function couponIdIn(promotionCode: Stripe.PromotionCode): string | null {
  const { coupon } = promotionCode.promotion
  return typeof coupon === 'string' ? coupon : (coupon?.id ?? null)
}
