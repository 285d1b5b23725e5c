import { dayText } from '@/components/time'
import { formatMoney, formatRate } from '@/lib/money'
import { type Discount, type Terms, type TermsKey, type TermsValues } from '@/lib/programme/schemas'

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

const words: { [K in Plain]: (value: Terms[K]) => string } = {
  rateBps: (bps) => `${formatRate(bps)} of the net`,
  discount: discountText,
  holdDays: (days) => (days === 1 ? '1 day' : `${days} days`),
  durationMonths: (months) => (months === null ? 'for life' : months === 1 ? '1 month' : `${months} months`),
  onCancel: (word) => (word === 'stop' ? 'instalments stop' : 'instalments go on'),
  products: (ids) => ids?.join(', ') ?? 'all',
  offStripe: (word) => (word === 'earn' ? 'earn' : 'earn nothing'),
  existingCustomers: (word) => (word === 'attribute' ? 'can become an affiliate’s' : 'stays nobody’s'),
  earnsFrom: dayText,
  minimumPayout: (amounts) =>
    Object.entries(amounts)
      .map(([currency, minor]) => formatMoney(minor, currency))
      .join(', ') || 'nothing',
  payoutDay: (day) => (day === 'by_hand' ? 'by hand' : `day ${day} of the month`),
  join: (word) => (word === 'instant' ? 'at once' : 'after approval'),
}

/** What a term says; null: these terms do not say. */
export function termText<K extends Plain>(key: K, values: TermsValues): string | null {
  const given: Partial<Terms> = values
  const value = given[key]
  return value === undefined ? null : words[key](value as Terms[K]) // what stands at this very key
}

function discountText(discount: Discount): string {
  return discount.kind === 'percent'
    ? `${formatRate(discount.percentOffBps)} off, for ever`
    : `${formatMoney(discount.amountOffMinor, discount.currency)} off, for ever`
}

export interface TermsDifference {
  label: string
  /** Null: nothing of its own. */
  before: string | null
  after: string | null
}

/** In which terms two versions differ, in words; rules about anomalies left out. */
export function plainDifferences(before: TermsValues, after: TermsValues): TermsDifference[] {
  return plainTerms.flatMap((key) => {
    const was = termText(key, before)
    const is = termText(key, after)
    return was === is ? [] : [{ label: termLabels[key], before: was, after: is }]
  })
}
