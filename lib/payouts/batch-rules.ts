import { toCsv } from '@/lib/csv'

export type BatchMethod = 'paypal' | 'wise'

export interface BatchRow {
  payoutId: string
  email: string
  name: string
  receiverType: 'PERSON' | 'INSTITUTION'
  /** `1234.56`, with the currency's decimals as it is paid in. */
  amount: string
  /** Capital letters. */
  currency: string
}

/** Rows a file: https://developer.paypal.com/docs/payouts/integrate/ui-integration/ and Wise's help on batch payments. */
export const limitOf: Record<BatchMethod, number> = { paypal: 5_000, wise: 1_000 }

/** PayPal pays these without decimals: https://developer.paypal.com/api/rest/reference/currency-codes/ */
const paypalWhole = new Set(['HUF', 'JPY', 'TWD'])
const paypalPays = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(
    ' ',
  ),
)

/** What the provider would refuse, in sentences; empty: nothing. */
export function checkBatch(method: BatchMethod, rows: readonly BatchRow[]): string[] {
  const problems: string[] = []
  if (rows.length > limitOf[method])
    problems.push(`A file takes ${limitOf[method]} rows, these are ${rows.length}.`)
  if (new Set(rows.map(({ currency }) => currency)).size > 1) problems.push('A file takes one currency.')
  if (new Set(rows.map(({ payoutId }) => payoutId)).size < rows.length)
    problems.push('A payout is in it twice.')
  for (const row of rows) problems.push(...(method === 'paypal' ? checkPaypal(row) : checkWise(row)))
  return problems
}

const address = /^[^\s@,;"]+@[^\s@,;"]+\.[^\s@,;"]+$/

function checkPaypal({ payoutId, email, amount, currency }: BatchRow): string[] {
  return [
    ...(address.test(email) && email.length <= 127 ? [] : [`${payoutId}: PayPal takes no such address.`]),
    ...(paypalPays.has(currency) ? [] : [`${payoutId}: PayPal does not pay ${currency}.`]),
    ...(/^\d{1,12}(\.\d{1,2})?$/.test(amount) ? [] : [`${payoutId}: PayPal takes no amount like ${amount}.`]),
    // The customer id: at most 30 characters, without spaces.
    ...(/^\S{1,30}$/.test(payoutId) ? [] : [`${payoutId}: PayPal takes no such reference.`]),
  ]
}

function checkWise({ payoutId, email, name, amount }: BatchRow): string[] {
  return [
    ...(address.test(email) ? [] : [`${payoutId}: Wise takes no such address.`]),
    ...(name.trim().length >= 2 && name.length <= 70
      ? []
      : [`${payoutId}: Wise wants a name of 2 to 70 letters.`]),
    ...(/^\d{1,12}(\.\d{1,3})?$/.test(amount) ? [] : [`${payoutId}: Wise takes no amount like ${amount}.`]),
  ]
}

/** PayPal reads rows without a heading; Wise reads its template's. */
export function csvOf(method: BatchMethod, rows: readonly BatchRow[]): string {
  const lines = method === 'paypal' ? rows.map(paypalLine) : [wiseHeading, ...rows.map(wiseLine)]
  return toCsv(lines)
}

function paypalLine({ payoutId, email, amount, currency }: BatchRow): string[] {
  const whole = paypalWhole.has(currency) ? amount.replace(/\.0+$/, '') : amount
  return [email, whole, currency, payoutId, 'Your affiliate commission', 'PAYPAL']
}

/** The template "send by email": Wise asks the recipient where the money goes. */
const wiseHeading = [
  'name',
  'recipientEmail',
  'paymentReference',
  'receiverType',
  'amountCurrency',
  'amount',
  'sourceCurrency',
  'targetCurrency',
  'type',
]

function wiseLine({ payoutId, email, name, receiverType, amount, currency }: BatchRow): string[] {
  // The last twelve characters name the payout: bank references are short.
  return [name, email, payoutId.slice(-12), receiverType, 'target', amount, currency, currency, 'EMAIL']
}

/** A row of what the provider says became of a batch. */
export interface ResultRow {
  payoutId: string
  /** `paid`; `failed` and `returned` are told and not acted upon; `open`: not done yet. */
  outcome: 'paid' | 'failed' | 'returned' | 'open'
  reference: string
  /** As it is written; null: it does not say. */
  amount: string | null
}

const naming = ['customerid', 'uniqueid', 'referenceid', 'paymentreference', 'reference', 'payoutid']

/** Whether a file has a column that could name a payout, and one that says what became of it. */
export function isResultHeading(names: readonly string[]): boolean {
  const all = names.map(plain)
  return (
    naming.some((name) => all.includes(name)) &&
    ['status', 'transactionstatus'].some((name) => all.includes(name))
  )
}

/** What rows name that could be payouts: an id of ours, or its last twelve characters. */
export function namedIn(records: readonly Readonly<Record<string, string>>[]): string[] {
  return records.flatMap((record) => namesOf(fieldsOf(record)))
}

/**
 * Reads a result file of PayPal's or Wise's by its headings: which payout, what became of it, under which reference. Rows that name none
 * are left out.
 * @param records from a CSV, by heading
 */
export function readResults(
  records: readonly Readonly<Record<string, string>>[],
  payoutIds: readonly string[],
): ResultRow[] {
  const ids = new Map(payoutIds.flatMap((id) => [id, id.slice(-12)].map((name) => [name, id] as const)))
  return records.flatMap((record) => {
    const fields = fieldsOf(record)
    const payoutId = namesOf(fields).flatMap((name) => ids.get(name) ?? [])[0]
    if (payoutId === undefined) return []
    const first = (...names: string[]) => names.flatMap((name) => fields.get(name) ?? [])[0]
    const status = plain(first('status', 'transactionstatus') ?? '')
    const reference = first('transactionid', 'transferid', 'id', 'payoutitemid') ?? ''
    const amount = first('amount', 'targetamount') ?? ''
    const outcome = outcomes.get(status) ?? 'open'
    return [{ payoutId, outcome, reference, amount: amount === '' ? null : amount }]
  })
}

function fieldsOf(record: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(record).map(([name, value]) => [plain(name), value.trim()]))
}

function namesOf(fields: ReadonlyMap<string, string>): string[] {
  return naming.flatMap((name) => fields.get(name) ?? []).filter((text) => text !== '')
}

const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '')

const outcomes = new Map<string, ResultRow['outcome']>([
  ...['completed', 'success', 'claimed', 'outgoingpaymentsent', 'fundsconverted', 'sent', 'paid'].map(
    (word) => [word, 'paid'] as const,
  ),
  ...['failed', 'denied', 'blocked', 'cancelled', 'canceled', 'rejected'].map(
    (word) => [word, 'failed'] as const,
  ),
  ...['returned', 'refunded', 'fundsrefunded', 'reversed', 'bouncedback', 'chargedback'].map(
    (word) => [word, 'returned'] as const,
  ),
])
