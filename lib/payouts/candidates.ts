import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'
import { loadTerms } from '@/lib/programme/load-terms'
import { anomalySettingOf, type PayoutRule, type Terms } from '@/lib/programme/schemas'
import { termsAt } from '@/lib/programme/terms'
import { dueSums, type Scope } from './due-lines'
import { minimumOf, type Candidate } from './rules'
import type { PayoutMethod } from './schemas'

/** A candidate with what its payout would be made of. */
export interface Found extends Candidate {
  affiliateId: string
  lineCount: number
  linesDigest: string
  method: PayoutMethod | null
  destination: unknown
  detailsId: number | null
}

interface Row extends Record<string, unknown> {
  affiliate_id: string
  currency: string
  balance: string
  line_count: number
  lines_digest: string
  status: Candidate['status']
  details_id: string | null
  method: PayoutMethod | null
  destination: unknown
  usable: boolean | null
  hours_old: number | null
  changed: boolean | null
  shared: boolean | null
  more_to_come: boolean
  payouts: number
  largest: string
  open_anomalies: boolean
  debt_elsewhere: boolean
  exempt: (string | null)[] | null
}

/**
 * Everybody with something due, in one statement: what falls due is added up by day before it is looked at line by line.
 * @param minimums overrule the terms', by currency
 */
export async function findCandidates(
  tx: Transaction,
  scope: Scope,
  options: { minimums: Readonly<Record<string, bigint>>; now: Date },
): Promise<Found[]> {
  const { now, minimums } = options
  const rows = await tx.execute<Row>(sql`
    with due as materialized (${dueSums(scope)}),
    details as materialized (
      select distinct on (d.affiliate_id) d.*,
             exists (select from payout_details b where b.affiliate_id = d.affiliate_id and b.id < d.id and b.digest <> d.digest)
               as changed
      from payout_details d order by d.affiliate_id, d.id desc),
    shared as materialized (select digest from details group by digest having count(*) > 1),
    coming as materialized (
      select affiliate_id, currency from balance_days
      where (account = 'held' or (account = 'earned' and payable_on > ${scope.cutOffOn})) and amount_minor <> 0
      group by 1, 2),
    before as materialized (
      select affiliate_id, currency, count(*)::int as payouts, max(amount_minor) as largest
      from payouts where state = 'paid' group by 1, 2),
    owing as materialized (
      select affiliate_id, array_agg(currency) as currencies
      from (select affiliate_id, currency from balance_days
            where account = 'earned' and payable_on <= ${scope.today} group by 1, 2 having sum(amount_minor) < 0) as debts
      group by affiliate_id),
    watched as materialized (select distinct affiliate_id from commissions where status = 'held'),
    exempted as materialized (
      select affiliate_id, array_agg(coalesce(rule, '')) as rules
      from (select distinct on (affiliate_id, rule) * from exemptions order by affiliate_id, rule, id desc) last
      where exempt group by affiliate_id)
    select due.affiliate_id, due.currency, due.balance, due.line_count, due.lines_digest, a.status,
           d.id as details_id, d.method, d.destination, d.method <> 'stripe' or c.transfers = 'active' as usable,
           (extract(epoch from ${now.toISOString()}::timestamptz - d.at) / 3600)::float8 as hours_old,
           d.changed, shared.digest is not null as shared, coming.affiliate_id is not null as more_to_come,
           coalesce(before.payouts, 0) as payouts, coalesce(before.largest, 0) as largest,
           watched.affiliate_id is not null as open_anomalies,
           coalesce(owing.currencies <> array[due.currency], false) as debt_elsewhere,
           exempted.rules as exempt
    from due join affiliates a on a.id = due.affiliate_id
    left join details d on d.affiliate_id = due.affiliate_id
    left join shared on shared.digest = d.digest
    left join connect_accounts c on c.affiliate_id = d.affiliate_id and c.stripe_account_id = d.destination->>'accountId'
    left join coming on coming.affiliate_id = due.affiliate_id and coming.currency = due.currency
    left join before on before.affiliate_id = due.affiliate_id and before.currency = due.currency
    left join owing on owing.affiliate_id = due.affiliate_id
    left join watched on watched.affiliate_id = due.affiliate_id
    left join exempted on exempted.affiliate_id = due.affiliate_id
    where due.balance <> 0
    order by due.affiliate_id, due.currency`)
  const versions = await loadTerms(tx)
  const instant = Math.floor(now.getTime() / 1000)
  const programme = termsAt(versions, null, instant)
  const own = new Set(versions.map((version) => version.affiliateId))
  return rows.map((row) => {
    const terms = own.has(row.affiliate_id) ? termsAt(versions, row.affiliate_id, instant) : programme
    return foundOf(row, { ...terms.minimumPayout, ...minimums }, programme.anomalies)
  })
}

function foundOf(row: Row, minimums: Readonly<Record<string, bigint>>, anomalies: Terms['anomalies']): Found {
  const { currency, status } = row
  const exempt = (rule: PayoutRule) => row.exempt?.some((word) => word === '' || word === rule) ?? false
  const ruleOf = (rule: PayoutRule) => {
    const { action, threshold } = anomalySettingOf(anomalies, rule)
    return { action: exempt(rule) ? ('off' as const) : action, hours: threshold ?? 0 }
  }
  return {
    affiliateId: row.affiliate_id,
    currency,
    status,
    balanceMinor: BigInt(row.balance),
    lineCount: row.line_count,
    linesDigest: row.lines_digest,
    minimumMinor: minimumOf(minimums, currency),
    moreToCome: row.more_to_come,
    method: row.method,
    destination: row.destination,
    detailsId: row.details_id === null ? null : Number(row.details_id),
    details:
      row.details_id === null
        ? null
        : {
            usable: row.usable ?? false,
            hoursOld: row.hours_old ?? 0,
            changed: row.changed ?? false,
            shared: row.shared ?? false,
          },
    rules: { detailsChanged: ruleOf('payout_details_changed'), sameAccount: ruleOf('same_payout_account') },
    before: { payouts: row.payouts, largestMinor: BigInt(row.largest) },
    openAnomalies: row.open_anomalies,
    debtElsewhere: row.debt_elsewhere,
  }
}
