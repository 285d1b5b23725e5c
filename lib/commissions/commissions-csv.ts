import 'server-only'
import { reports, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { listBesidePayments, listStopped, type BookedLine } from '@/lib/ledger/booked-lines'
import { decimalString } from '@/lib/money'
import { toCsv } from '@/lib/csv'
import { listCommissionsInDetail, type CommissionDetail, type CommissionStatus } from './queries'

const pageSize = 100
const columns = (
  'row,paid_on,payment,invoice,customer,status,payment_amount,payment_currency,gross,discount,tax,fee,net,rate_percent,' +
  'amount,currency,earned_on,payable_on,reference,instalment_amount'
).split(',')

/**
 * All that one affiliate earned and lost as CSV, a page at a time, the newest payment first: a row `commission` with its arithmetic, then
 * a row `instalment` for each part of it (its amount stands in a column of its own: it is in the commission's already), a row `reversal`
 * for each refund or dispute, `cancelled` and `void` for what else was taken back; last of all what is about no payment. The column
 * `amount` adds up, in each currency, to the affiliate's balance since the beginning, where nothing is narrowed.
 */
export async function* streamCommissionsCsv(
  actor: Actor,
  affiliateId: string,
  narrowed: { status?: CommissionStatus | undefined; customerId?: string | undefined } = {},
  db: Querying = reports(),
): AsyncGenerator<string> {
  requireAffiliate(actor, affiliateId)
  const whole = narrowed.status === undefined && narrowed.customerId === undefined
  yield toCsv([columns])
  let cursor: string | undefined
  do {
    const page = await listCommissionsInDetail(
      actor,
      { ...narrowed, affiliateId, limit: pageSize, cursor },
      db,
    )
    const paymentIds = page.commissions.map(({ paymentId }) => paymentId)
    const stopped = await listStopped(actor, { affiliateId, paymentIds }, db)
    yield toCsv(
      page.commissions.flatMap((each) =>
        rowsOf(
          each,
          stopped.filter((line) => isOf(line, each)),
        ),
      ),
    )
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  if (whole) yield toCsv((await listBesidePayments(actor, affiliateId, db)).map(besideRow))
}

const isOf = (line: BookedLine, commission: CommissionDetail) =>
  line.paymentId === commission.paymentId && line.invoiceId === commission.invoiceId

function rowsOf(commission: CommissionDetail, stopped: readonly BookedLine[]): string[][] {
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
      '',
    ],
    ...instalments.map((part) => [
      'instalment',
      ...head,
      ...none,
      '',
      code,
      part.earnedOn,
      part.payableOn,
      `instalment/${part.k}`,
      money(part.amountMinor),
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
      '',
    ]),
    ...stopped.map((line) => [
      line.kind === 'cancel' ? 'cancelled' : line.kind,
      ...head,
      ...none,
      ...bookedCells(line),
    ]),
  ]
}

function besideRow(line: BookedLine): string[] {
  const none = Array.from({ length: 12 }, () => '')
  return [line.kind, line.earnedOn, ...none, ...bookedCells(line)]
}

function bookedCells(line: BookedLine): string[] {
  const { amountMinor, currency, earnedOn, payableOn, lineKey } = line
  return [decimalString(amountMinor, currency), currency.toUpperCase(), earnedOn, payableOn, lineKey, '']
}

/** Of a step, its number alone. */
function figureOf({ calculation }: CommissionDetail, label: string): string {
  const value = calculation.find((step) => step.label === label)?.value ?? ''
  return value.replace('−', '-').replace(/[^\d.-]/g, '')
}
