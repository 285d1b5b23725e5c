import { decimalString } from '@/lib/money'
import type { Discount } from '@/lib/programme/schemas'

/**
 * The text of a code: the handle in capitals, then what it gives. 5 % is `AHMET5`, 7.5 % is `AHMET7-5` (Stripe's codes have
 * letters, digits and hyphens only, so a hyphen stands for the point), 10 dollars is `AHMET10USD`.
 */
export function codeText(handle: string, discount: Discount): string {
  const value =
    discount.kind === 'percent'
      ? decimalString(BigInt(discount.percentOffBps), 'usd').replace(/\.?0+$/, '')
      : decimalString(discount.amountOffMinor, discount.currency).replace(/\.0+$/, '')
  const unit = discount.kind === 'percent' ? '' : discount.currency
  return `${handle}${value.replace('.', '-')}${unit}`.toUpperCase()
}

/** `AHMET5`, `AHMET5-2`, `AHMET5-3`, …: for a text that somebody else's code at Stripe has taken meanwhile. */
export function codeVariant(text: string, attempt: number): string {
  return attempt === 0 ? text : `${text}-${attempt + 1}`
}

/** An affiliate has one coupon, whose id is theirs: a second one is then impossible. */
export function couponIdOf(affiliateId: string): string {
  return affiliateId.replace(/^aff_/, 'trb_')
}

export const longestCode = 40

/** What is wrong with a text that somebody chose for a code, in words; null: nothing. Letters are folded to capitals before. */
export function codeTextProblem(text: string): string | null {
  if (text === '') return 'Choose the text that customers type.'
  if (!/^[A-Z0-9-]+$/.test(text)) return 'A code has letters from A to Z, digits and hyphens only.'
  if (!/^[A-Z0-9].*[A-Z0-9]$/.test(text))
    return 'A code has at least two characters and no hyphen at its ends.'
  if (text.length > longestCode)
    return `A code has at most ${longestCode} characters; this one has ${text.length}.`
  return null
}

/** Letters and digits in capitals: how a word is kept that nobody is to have. */
export function reservedForm(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
}

const longestPauseSeconds = 600

/** 1 s, 2 s, 4 s, … 10 min: when Stripe is asked again after so many attempts that failed. */
export function provisioningPauseSeconds(attempts: number): number {
  return Math.min(longestPauseSeconds, 2 ** Math.min(attempts - 1, 20))
}
