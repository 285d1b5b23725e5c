import { z } from 'zod'
import { parseDecimal } from '@/lib/money'
import type { Discount } from '@/lib/programme/schemas'

const emailSchema = z
  .string()
  .transform((text) => text.normalize('NFKC').trim())
  .pipe(z.email('This is not an e-mail address.').max(254, 'This is not an e-mail address.'))

export const displayNameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'Say what you are called.')
      .max(100, 'A name has at most 100 characters.')
      .regex(/^\P{Cc}*$/u, 'A name has no control characters.'),
  )

/** Rules for the handle are those of `checkHandle`, which has more to say about it. */
const handleText = z.string()

/** What an applicant fills in. */
export const signUpSchema = z.object({
  displayName: displayNameSchema,
  handle: handleText,
  email: emailSchema,
  /** The terms that the applicant read and agreed to. */
  consentedTermsId: z.int('Agree to the terms to join.'),
})

const rateSchema = z.int('A whole number of basis points from 0 to 10000 is wanted.').min(0).max(10_000)

const discountInput = z
  .object({
    /** Per cent, with up to two decimals. */
    percentOff: z.union([z.number(), z.string()]).optional(),
    /** Minor units. */
    amountOff: z.union([z.int(), z.string().regex(/^\d{1,12}$/)]).optional(),
    currency: z
      .string()
      .regex(/^[A-Za-z]{3}$/)
      .transform((text) => text.toLowerCase())
      .optional(),
    /** How often the code may be used in all; absent: without a cap. */
    maxRedemptions: z.int().min(1).max(2_147_483_647).optional(),
  })
  .strict()

/** What an administrator or a program gives. */
export const createAffiliateSchema = z.strictObject({
  handle: handleText,
  displayName: displayNameSchema,
  email: emailSchema,
  rateBps: rateSchema.optional(),
  discount: discountInput.optional(),
})

export type SignUp = z.output<typeof signUpSchema>
export type CreateAffiliate = z.output<typeof createAffiliateSchema>

/** @returns null for the programme's discount, words for what cannot be one */
export function readDiscount(
  input: CreateAffiliate['discount'],
): { discount: Discount | null; problem?: undefined } | { problem: string } {
  const { percentOff, amountOff, currency } = input ?? {}
  if (percentOff === undefined && amountOff === undefined) {
    return currency === undefined ? { discount: null } : { problem: 'A currency goes with amountOff only.' }
  }
  if (percentOff !== undefined && amountOff !== undefined) {
    return { problem: 'A discount is either percentOff or amountOff.' }
  }
  if (amountOff !== undefined) {
    if (currency === undefined) return { problem: 'amountOff needs a currency.' }
    const amountOffMinor = BigInt(amountOff)
    if (amountOffMinor <= 0n) return { problem: 'amountOff is more than zero.' }
    return { discount: { kind: 'amount', amountOffMinor, currency } }
  }
  if (currency !== undefined) return { problem: 'A currency goes with amountOff only.' }
  // Hundredths of a per cent are basis points: the decimals are read from the text, never multiplied.
  const bps = parseDecimal(String(percentOff), 'usd')
  if (bps === null || bps < 1n || bps > 10_000n) {
    return { problem: 'percentOff is more than 0 and at most 100, with up to two decimals.' }
  }
  return { discount: { kind: 'percent', percentOffBps: Number(bps) } }
}
