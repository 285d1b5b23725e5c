import { isDay } from '@/lib/calendar'
import { parseDecimal } from '@/lib/money'
import {
  anomalyActions,
  anomalyDefaults,
  anomalyRules,
  publicKey,
  termsKeys,
  termsSchema,
  type AnomalyRule,
  type Discount,
  type Terms,
  type TermsKey,
} from './schemas'

export interface Assignments {
  values: Partial<Terms>
  /** By the key as it was given; empty if all is well. */
  errors: Record<string, string>
}

type Parser<K extends TermsKey> = (text: string) => Terms[K] | null

const parsers: { [K in TermsKey]: { parse: Parser<K>; wanted: string } } = {
  rateBps: { parse: wholeNumber, wanted: 'basis points from 0 to 10000 (2000 is 20 %)' },
  discount: { parse: discount, wanted: 'a percentage such as 5% or an amount such as 10.00usd' },
  holdDays: { parse: wholeNumber, wanted: 'a number of days from 0 to 3650' },
  // `none` is null too, so that null cannot stand for an error here.
  durationMonths: { parse: wholeNumber, wanted: 'a number of months from 1 to 1200, or none for life' },
  onCancel: { parse: choice('stop', 'continue'), wanted: 'stop or continue' },
  products: { parse: list, wanted: 'all, or Stripe products with commas between them' },
  offStripe: { parse: choice('earn', 'ignore'), wanted: 'earn or ignore' },
  existingCustomers: { parse: choice('attribute', 'ignore'), wanted: 'attribute or ignore' },
  earnsFrom: { parse: (text) => (isDay(text) ? text : null), wanted: 'a day such as 2026-01-31' },
  minimumPayout: { parse: amounts, wanted: 'amounts such as 50.00usd,40.00gbp' },
  payoutDay: {
    parse: (text) => (text === 'by_hand' ? text : wholeNumber(text)),
    wanted: 'a day of the month from 1 to 28, or by_hand',
  },
  join: { parse: choice('instant', 'approval'), wanted: 'instant or approval' },
  anomalies: {
    parse: () => null,
    wanted: `a rule, as in anomalies.same_domain=notice: ${anomalyRules.join(', ')}`,
  },
}

const emptyWords: Partial<Record<TermsKey, string>> = { durationMonths: 'none', products: 'all' }

/** Reads `KEY=VALUE` texts such as `rate_bps=2500`. Every one that cannot be read has an error that says what is wanted. */
export function parseAssignments(texts: readonly string[]): Assignments {
  const values: Partial<Terms> = {}
  const errors: Record<string, string> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    const name = (at < 0 ? text : text.slice(0, at)).trim()
    const rule = anomalyRules.find((candidate) => `anomalies.${candidate}` === name)
    const key = termsKeys.find((candidate) => publicKey(candidate) === name)
    if (rule !== undefined) {
      const setting = at < 0 ? null : anomalySetting(rule, text.slice(at + 1).trim())
      if (setting === null) errors[name] = `${name} is not usable: ${wantedOf(rule)} is wanted.`
      else values.anomalies = { ...values.anomalies, [rule]: setting }
    } else if (key === undefined) {
      errors[name] = `There is no term ${name}: there are ${termsKeys.map(publicKey).join(', ')}.`
    } else if (at < 0) {
      errors[name] = `${name} has no value: ${parsers[key].wanted} is wanted, as in ${name}=….`
    } else if (!assign(values, key, text.slice(at + 1).trim())) {
      errors[name] = `${name} is not usable: ${parsers[key].wanted} is wanted.`
    }
  }
  return { values, errors }
}

function assign<K extends TermsKey>(values: Partial<Terms>, key: K, text: string): boolean {
  const isEmptyWord = emptyWords[key] === text
  const value = isEmptyWord ? null : parsers[key].parse(text)
  if (value === null && !isEmptyWord) return false
  // The schema checks ranges; it takes amounts as strings, so what was read goes there and back.
  const encoded = termsSchema.shape[key].safeEncode(value as never)
  if (!encoded.success) return false
  // `value` is what the parser of this very key gave, or the null that its empty word stands for.
  values[key] = value as Terms[K]
  return true
}

function wantedOf(rule: AnomalyRule): string {
  const actions = anomalyActions.join(', ')
  return anomalyDefaults[rule].threshold === null
    ? `one of ${actions}`
    : `one of ${actions}, with a threshold from 1 to 1000 behind a colon (hold:3) or without one`
}

function anomalySetting(rule: AnomalyRule, text: string): Terms['anomalies'][AnomalyRule] | null {
  const [, word, number] = /^([a-z]+)(?::(\d{1,4}))?$/.exec(text) ?? []
  const action = anomalyActions.find((known) => known === word)
  const threshold = number === undefined ? null : Number(number)
  if (action === undefined || threshold === 0 || (threshold ?? 0) > 1_000) return null
  return threshold !== null && anomalyDefaults[rule].threshold === null ? null : { action, threshold }
}

function wholeNumber(text: string): number | null {
  return /^\d{1,6}$/.test(text) ? Number(text) : null
}

function choice<const T extends string>(...words: readonly T[]): (text: string) => T | null {
  return (text) => words.find((word) => word === text) ?? null
}

function list(text: string): string[] | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  return parts.length > 0 ? parts : null
}

function discount(text: string): Discount | null {
  const percent = /^(.+?)\s*%$/.exec(text)?.[1]
  if (percent !== undefined) {
    const percentOffBps = parseDecimal(percent, 'usd')
    return percentOffBps === null ? null : { kind: 'percent', percentOffBps: Number(percentOffBps) }
  }
  const one = amount(text)
  return one && one.minor > 0n ? { kind: 'amount', amountOffMinor: one.minor, currency: one.currency } : null
}

function amounts(text: string): Record<string, bigint> | null {
  const parts = list(text)?.map(amount) ?? []
  const whole = parts.filter((part) => part !== null)
  if (whole.length === 0 || whole.length < parts.length) return null
  return Object.fromEntries(whole.map(({ currency, minor }) => [currency, minor]))
}

function amount(text: string): { minor: bigint; currency: string } | null {
  const parts = /^([\d.]+)\s*([a-z]{3})$/i.exec(text)
  const currency = parts?.[2]?.toLowerCase()
  if (parts?.[1] === undefined || currency === undefined) return null
  const minor = parseDecimal(parts[1], currency)
  return minor === null ? null : { minor, currency }
}
