import 'server-only'
import { database, type Querying } from '@/db'
import type { Actor } from '@/lib/actor'
import { decimalString } from '@/lib/money'
import { toCsv } from '@/lib/csv'
import { getStatement } from './queries'

/** A payout's lines for a spreadsheet; they add up to its amount. For its affiliate and the console. */
export async function statementCsv(
  actor: Actor,
  payoutId: string,
  db: Querying = database(),
): Promise<{ name: string; csv: string }> {
  const { payout, lines } = await getStatement(actor, payoutId, db)
  const { currency, carriedMinor, amountMinor } = payout
  const money = (minor: bigint) => decimalString(minor, currency)
  const code = currency.toUpperCase()
  const rows = lines.map((line) => [
    line.kind,
    line.lineKey,
    line.paymentId ?? '',
    line.invoiceId ?? '',
    line.earnedOn,
    line.payableOn,
    money(line.amountMinor),
    code,
    line.note ?? '',
  ])
  const carried = [['carried', 'to the next payout', '', '', '', '', money(-carriedMinor), code, '']]
  const csv = toCsv([
    ['kind', 'line', 'payment', 'invoice', 'earned_on', 'payable_on', 'amount', 'currency', 'note'],
    ...rows,
    ...(carriedMinor > 0n ? carried : []),
    ['payout', payoutId, '', '', '', payout.approvedOn ?? '', money(amountMinor), code, ''],
  ])
  return { name: `statement-${payoutId}.csv`, csv }
}
