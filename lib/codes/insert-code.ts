import 'server-only'
import { codes, type Transaction } from '@/db'
import { wallNow } from '@/lib/clock'
import type { Discount } from '@/lib/programme/schemas'
import { codeText, couponIdOf } from './rules'

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
    ...(discount.kind === 'percent'
      ? { percentOffBps: discount.percentOffBps }
      : { amountOffMinor: discount.amountOffMinor, amountOffCurrency: discount.currency }),
    maxRedemptions,
    createdAt,
    provisionAt: wallNow(),
  })
  return text
}
