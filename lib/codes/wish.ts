import { addDays, isDay, startOfDay, type Day } from '@/lib/calendar'
import { parseDecimal } from '@/lib/money'
import type { Discount } from '@/lib/programme/schemas'

/** What a code is to give, and to whom. */
export interface CodeWish {
  discount: Discount
  duration: 'forever' | 'once' | 'repeating'
  /** Of a repeating one. */
  durationInMonths: number | null
  /** Null: no cap. */
  maxRedemptions: number | null
  /** Null: for ever. */
  expiresAt: Date | null
  firstTimeOnly: boolean
}

/** As it is typed or stands in a file; what is empty is not said. */
export interface WishText {
  /** Per cent, with up to two decimals. */
  percentOff?: string | undefined
  /** In the currency's major unit: `10` or `7.50`. */
  amountOff?: string | undefined
  currency?: string | undefined
  duration?: string | undefined
  months?: string | undefined
  maxRedemptions?: string | undefined
  /** The last day on which it can be redeemed, in UTC. */
  expiresOn?: string | undefined
  firstTimeOnly?: string | undefined
}

export type WishField = keyof WishText
export type WishProblems = Partial<Record<WishField, string>>

/** Stripe takes eight digits at most: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const mostAmountOff = 99_999_999n
const mostMonths = 120
const mostRedemptions = 1_000_000_000

/**
 * @param now what has passed by then cannot be a last day
 * @returns the wish, or what is wrong with each field, in words
 */
export function readWish(text: WishText, now: Date): { wish: CodeWish } | { problems: WishProblems } {
  const problems: WishProblems = {}
  const discount = readDiscountText(text, problems)
  const duration = readDuration(text, problems)
  const maxRedemptions = readWhole(text.maxRedemptions, mostRedemptions)
  if (maxRedemptions === undefined)
    problems.maxRedemptions = 'How often in all: a whole number from 1, or nothing for no cap.'
  const expiresAt = readLastDay(text.expiresOn, now, problems)
  const firstTimeOnly = readYes(text.firstTimeOnly)
  if (firstTimeOnly === null) problems.firstTimeOnly = 'Write yes or no.'
  if (discount === null || Object.keys(problems).length > 0) return { problems }
  return {
    wish: {
      discount,
      ...duration,
      maxRedemptions: maxRedemptions ?? null,
      expiresAt,
      firstTimeOnly: firstTimeOnly ?? false,
    },
  }
}

const given = (text: string | undefined) => text?.trim() ?? ''

function readDiscountText(text: WishText, problems: WishProblems): Discount | null {
  const [percent, amount] = [given(text.percentOff), given(text.amountOff)]
  const currency = given(text.currency).toLowerCase()
  if (percent !== '' && amount !== '') {
    problems.percentOff = 'Either a percentage or an amount, not both.'
    return null
  }
  if (amount !== '') return readAmount(amount, currency, problems)
  // Hundredths of a per cent are basis points: the decimals are read from the text, never multiplied.
  const bps = parseDecimal(percent.replace(/\s*%$/, ''), 'usd')
  if (bps !== null && bps >= 1n && bps <= 10_000n) return { kind: 'percent', percentOffBps: Number(bps) }
  problems.percentOff = 'More than 0 and at most 100, with up to two decimals; or an amount.'
  return null
}

function readAmount(amount: string, currency: string, problems: WishProblems): Discount | null {
  if (!/^[a-z]{3}$/.test(currency)) {
    problems.currency = 'Which currency? Three letters, such as EUR.'
    return null
  }
  const amountOffMinor = parseDecimal(amount, currency)
  if (amountOffMinor !== null && amountOffMinor >= 1n && amountOffMinor <= mostAmountOff)
    return { kind: 'amount', amountOffMinor, currency }
  problems.amountOff = `An amount above zero, such as 10 or 7.50, in whole units of ${currency.toUpperCase()}.`
  return null
}

function readDuration(
  text: WishText,
  problems: WishProblems,
): Pick<CodeWish, 'duration' | 'durationInMonths'> {
  const duration = given(text.duration).toLowerCase() || 'forever'
  const months = readWhole(text.months, mostMonths)
  if (duration === 'repeating') {
    if (months) return { duration, durationInMonths: months }
    problems.months = `How many months? A whole number from 1 to ${mostMonths}.`
  } else if (duration !== 'forever' && duration !== 'once') {
    problems.duration = 'forever, once or repeating.'
  } else {
    if (months !== null) problems.months = 'Months go with “repeating” only.'
    return { duration, durationInMonths: null }
  }
  return { duration: 'forever', durationInMonths: null }
}

/** Null: nothing is said; undefined: it is no such number. */
function readWhole(text: string | undefined, most: number): number | null | undefined {
  const digits = given(text)
  if (digits === '') return null
  const value = /^\d{1,10}$/.test(digits) ? Number(digits) : 0
  return value >= 1 && value <= most ? value : undefined
}

function readLastDay(text: string | undefined, now: Date, problems: WishProblems): Date | null {
  const day = given(text)
  if (day === '') return null
  if (!isDay(day)) {
    problems.expiresOn = 'A day such as 2026-12-31.'
    return null
  }
  const end = endOf(day)
  if (end > now) return end
  problems.expiresOn = 'This day has passed.'
  return null
}

function endOf(day: Day): Date {
  return new Date(startOfDay(addDays(day, 1)) * 1000)
}

/** Null: neither. A ticked box sends `on`. */
function readYes(text: string | undefined): boolean | null {
  const word = given(text).toLowerCase()
  if (['', 'no', 'false', '0'].includes(word)) return false
  return ['yes', 'true', '1', 'on'].includes(word) ? true : null
}
