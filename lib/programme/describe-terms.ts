import { decimalString, formatRate } from '@/lib/money'
import {
  anomalyRules,
  anomalySettingOf,
  publicKey,
  termsKeys,
  type Discount,
  type Terms,
  type TermsKey,
  type TermsOverrides,
} from './schemas'

/** Terms as `terms set` takes them: `rate_bps` and `2000`. */
export function describeTerms(values: Terms | TermsOverrides): { key: string; value: string }[] {
  const given: Partial<Terms> = values
  const plain = termsKeys
    .filter((key) => key in given && key !== 'anomalies')
    .map((key) => ({ key: publicKey(key), value: describe(key, given) }))
  const { anomalies } = given
  if (anomalies === undefined) return plain
  const rules = anomalyRules.map((rule) => {
    const { action, threshold } = anomalySettingOf(anomalies, rule)
    return { key: `anomalies.${rule}`, value: threshold === null ? action : `${action}:${threshold}` }
  })
  return [...plain, ...rules]
}

export function describeDiscount(discount: Discount): string {
  return discount.kind === 'percent'
    ? formatRate(discount.percentOffBps).replace(' ', '')
    : `${decimalString(discount.amountOffMinor, discount.currency)}${discount.currency}`
}

function describe(key: TermsKey, values: Partial<Terms>): string {
  if (key === 'discount') return values.discount ? describeDiscount(values.discount) : ''
  if (key === 'durationMonths') return String(values.durationMonths ?? 'none')
  if (key === 'products') return values.products?.join(',') ?? 'all'
  if (key === 'minimumPayout') {
    return Object.entries(values.minimumPayout ?? {})
      .map(([currency, minor]) => `${decimalString(minor, currency)}${currency}`)
      .join(',')
  }
  return String(values[key])
}
