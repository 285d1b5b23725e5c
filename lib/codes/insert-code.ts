import 'server-only'
import { codes, type Transaction } from '@/db'
import { wallNow } from '@/lib/clock'
import { randomText } from '@/lib/ids'
import type { Discount } from '@/lib/programme/schemas'
import { codeText, couponIdOf } from './rules'
import type { CodeWish } from './wish'

export interface NewCode {
  affiliateId: string
  handle: string
  discount: Discount
  /** Null: no cap. */
  maxRedemptions: number | null
  createdAt: Date
}

/**
 * Writes a code down before Stripe is asked for it, due at once; `provisionCode` makes it true.
 * @returns its text. A text that is taken violates `codes_pkey` or `codes_text_once`.
 */
export async function insertCode(tx: Transaction, code: NewCode): Promise<string> {
  const { affiliateId, handle, discount, maxRedemptions, createdAt } = code
  const text = codeText(handle, discount)
  await tx.insert(codes).values({
    code: text,
    affiliateId,
    stripeCouponId: couponIdOf(affiliateId),
    status: 'provisioning',
    ...discountColumns(discount),
    maxRedemptions,
    createdAt,
    provisionAt: wallNow(),
  })
  return text
}

/**
 * The row of a further code of an affiliate's, whose text somebody chose: on a coupon of its own, since it gives something of its own.
 * @param provisionAt when somebody else is to ask Stripe, where the caller does not
 */
export function furtherCode(
  affiliateId: string,
  text: string,
  wish: CodeWish,
  when: { createdAt: Date; provisionAt: Date },
): typeof codes.$inferInsert {
  const { discount, duration, durationInMonths, maxRedemptions, expiresAt, firstTimeOnly } = wish
  return {
    code: text,
    affiliateId,
    stripeCouponId: `${couponIdOf(affiliateId)}_${randomText(8)}`,
    status: 'provisioning',
    textChosen: true,
    ...discountColumns(discount),
    duration,
    durationInMonths,
    maxRedemptions,
    expiresAt,
    firstTimeOnly,
    ...when,
  }
}

function discountColumns(discount: Discount) {
  return discount.kind === 'percent'
    ? { percentOffBps: discount.percentOffBps }
    : { amountOffMinor: discount.amountOffMinor, amountOffCurrency: discount.currency }
}
