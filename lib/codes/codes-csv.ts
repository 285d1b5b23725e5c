import 'server-only'
import { database, type Querying } from '@/db'
import { requireViewer, type Actor } from '@/lib/actor'
import { toCsv } from '@/lib/csv'
import { decimalString } from '@/lib/money'
import { listCodes, type CodeFilter, type CodeOfAffiliate, type CodeSort } from './console-queries'

const pageSize = 500
const columns = (
  'code,affiliate,affiliate_id,status,origin,percent_off,amount_off,amount_currency,duration,months,max_redemptions,expires_at,' +
  'first_time_only,redemptions_at_stripe,seen,currency,payments,net_revenue,commission,promotion_code_id,coupon_id,created_at,drift'
).split(',')

/** Codes as CSV, a page at a time: a row a code, and for a code that brought several currencies a row each. */
export async function* streamCodesCsv(
  actor: Actor,
  options: CodeFilter & { sort?: CodeSort | undefined },
  db: Querying = database(),
): AsyncGenerator<string> {
  requireViewer(actor)
  yield toCsv([columns])
  let cursor: string | undefined
  do {
    const page = await listCodes(actor, { ...options, limit: pageSize, cursor }, db)
    yield toCsv(page.codes.flatMap(rowsOf))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

function rowsOf(code: CodeOfAffiliate): string[][] {
  const { percentOffBps, amountOffMinor, amountOffCurrency } = code
  const figures = code.figures.length > 0 ? code.figures : [null]
  return figures.map((figure) => [
    code.code,
    code.affiliateName,
    code.affiliateId,
    code.expired && code.status !== 'gone' ? 'expired' : code.status,
    code.origin,
    percentOffBps === null ? '' : decimalString(BigInt(percentOffBps), 'usd'),
    amountOffMinor === null || amountOffCurrency === null
      ? ''
      : decimalString(amountOffMinor, amountOffCurrency),
    amountOffCurrency?.toUpperCase() ?? '',
    code.duration,
    String(code.durationInMonths ?? ''),
    String(code.maxRedemptions ?? ''),
    code.expiresAt?.toISOString() ?? '',
    code.firstTimeOnly ? 'yes' : 'no',
    String(code.redemptionsAtStripe),
    String(code.seen),
    figure?.currency.toUpperCase() ?? '',
    String(figure?.payments ?? 0),
    figure ? decimalString(figure.netMinor, figure.currency) : '',
    figure ? decimalString(figure.commissionMinor, figure.currency) : '',
    code.stripePromotionCodeId ?? '',
    code.stripeCouponId,
    code.createdAt.toISOString(),
    code.drift ?? code.provisionError ?? '',
  ])
}
