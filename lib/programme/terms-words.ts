import { defaultLocale, formatDay, type Locale } from '@/lib/locales'
import { formatMoney, formatRate } from '@/lib/money'
import type { Discount, Terms, TermsKey, TermsValues } from './schemas'

type Plain = Exclude<TermsKey, 'anomalies'>

export const termLabels: Record<Plain, string> = {
  rateBps: 'Rate',
  discount: 'A new code gives',
  holdDays: 'Hold',
  durationMonths: 'Earns',
  onCancel: 'When a subscription ends',
  products: 'Products that earn',
  offStripe: 'Payments outside Stripe',
  existingCustomers: 'Who was a customer before',
  earnsFrom: 'Payments earn from',
  minimumPayout: 'Least that is paid out',
  payoutDay: 'Payouts',
  join: 'Joining',
}

/** In the order in which they are shown. */
export const plainTerms = Object.keys(termLabels) as Plain[] // the keys of the object above, no others

const words: { [K in Plain]: (value: Terms[K], locale: Locale) => string } = {
  rateBps: (bps, locale) => `${formatRate(bps, locale)} of the net`,
  discount: discountText,
  holdDays: (days) => (days === 1 ? '1 day' : `${days} days`),
  durationMonths: (months) => (months === null ? 'for life' : months === 1 ? '1 month' : `${months} months`),
  onCancel: (word) => (word === 'stop' ? 'instalments stop' : 'instalments go on'),
  products: (ids) => ids?.join(', ') ?? 'all',
  offStripe: (word) => (word === 'earn' ? 'earn' : 'earn nothing'),
  existingCustomers: (word) => (word === 'attribute' ? 'can become an affiliate’s' : 'stays nobody’s'),
  earnsFrom: formatDay,
  minimumPayout: (amounts, locale) =>
    Object.entries(amounts)
      .map(([currency, minor]) => formatMoney(minor, currency, locale))
      .join(', ') || 'nothing',
  payoutDay: (day) => (day === 'by_hand' ? 'by hand' : `day ${day} of the month`),
  join: (word) => (word === 'instant' ? 'at once' : 'after approval'),
}

/** What a term says; null: these terms do not say. */
export function termText<K extends Plain>(
  key: K,
  values: TermsValues,
  locale: Locale = defaultLocale,
): string | null {
  const given: Partial<Terms> = values
  const value = given[key]
  return value === undefined ? null : words[key](value as Terms[K], locale) // what stands at this very key
}

function discountText(discount: Discount, locale: Locale): string {
  return discount.kind === 'percent'
    ? `${formatRate(discount.percentOffBps, locale)} off, for ever`
    : `${formatMoney(discount.amountOffMinor, discount.currency, locale)} off, for ever`
}

export interface TermsDifference {
  label: string
  /** Null: nothing of its own. */
  before: string | null
  after: string | null
}

/** In which terms two versions differ, in words; rules about anomalies left out. */
export function plainDifferences(
  before: TermsValues,
  after: TermsValues,
  locale: Locale = defaultLocale,
): TermsDifference[] {
  return plainTerms.flatMap((key) => {
    const was = termText(key, before, locale)
    const is = termText(key, after, locale)
    return was === is ? [] : [{ label: termLabels[key], before: was, after: is }]
  })
}
