import 'server-only'
import { database, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { decimalString } from '@/lib/money'
import { toCsv } from '@/lib/csv'
import { listCommissionsInDetail, type CommissionDetail } from './queries'

const pageSize = 100
const columns = (
  'row,paid_on,payment,invoice,customer,status,payment_amount,payment_currency,gross,discount,tax,fee,net,rate_percent,' +
  'amount,currency,earned_on,payable_on,reference'
).split(',')

/**
 * All commissions of one affiliate as CSV, a page at a time, the newest payment first: a row `commission` with its arithmetic, then a
 * row `instalment` for each part of it and a row `reversal` for each that took something back. `amount` of the commissions less the
 * reversals is what is left of them where nothing was cancelled or judged void.
 */
export async function* streamCommissionsCsv(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): AsyncGenerator<string> {
  requireAffiliate(actor, affiliateId)
  yield toCsv([columns])
  let cursor: string | undefined
  do {
    const page = await listCommissionsInDetail(actor, { affiliateId, limit: pageSize, cursor }, db)
    yield toCsv(page.commissions.flatMap(rowsOf))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

function rowsOf(commission: CommissionDetail): string[][] {
  const { paymentCurrency, currency, netMinor, rateBps, instalments, reversals } = commission
  const paidOn = commission.paidAt.toISOString().slice(0, 10)
  const ids = [commission.paymentId, commission.invoiceId ?? '', commission.maskedEmail ?? '']
  const head = [paidOn, ...ids, commission.status]
  const none = Array.from({ length: 8 }, () => '')
  const money = (minor: bigint | null) =>
    minor === null || currency === null ? '' : decimalString(minor, currency)
  const code = currency?.toUpperCase() ?? ''
  return [
    [
      'commission',
      ...head,
      decimalString(commission.paymentMinor, paymentCurrency),
      paymentCurrency.toUpperCase(),
      ...['Gross', 'Discount', 'Tax', 'Fee'].map((label) => figureOf(commission, label)),
      money(netMinor),
      rateBps === null ? '' : decimalString(BigInt(rateBps), 'usd'),
      money(commission.commissionMinor),
      code,
      '',
      '',
      '',
    ],
    ...instalments.map((part) => [
      'instalment',
      ...head,
      ...none,
      money(part.amountMinor),
      code,
      part.earnedOn,
      part.payableOn,
      `instalment/${part.k}`,
    ]),
    ...reversals.map((reversal) => [
      'reversal',
      ...head,
      ...none,
      money(-reversal.commissionMinor),
      code,
      reversal.on,
      '',
      reversal.id,
    ]),
  ]
}

/** Of a step, its number alone. */
function figureOf({ calculation }: CommissionDetail, label: string): string {
  const value = calculation.find((step) => step.label === label)?.value ?? ''
  return value.replace('−', '-').replace(/[^\d.-]/g, '')
}
