import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { anomalyStates, listAnomalies, type AnomalyFilter } from '@/lib/anomalies/queries'
import { decimalString } from '@/lib/money'
import { anomalyRules } from '@/lib/programme/schemas'
import { consoleList, moment, text } from './console-list'

type Filter = Omit<AnomalyFilter, 'limit' | 'cursor'>

export const anomalyList = consoleList({
  path: '/admin/anomalies',
  read: (query): Filter => {
    const state = oneOf(query.state, [...anomalyStates, 'all'] as const) ?? 'open'
    return {
      state: state === 'all' ? undefined : state,
      affiliateId: one(query.affiliate),
      customerId: one(query.customer),
      rule: oneOf(query.rule, anomalyRules),
    }
  },
  write: (filter) => ({
    state: filter.state ?? 'all',
    affiliate: filter.affiliateId,
    customer: filter.customerId,
    rule: filter.rule,
  }),
  find: async (person, filter) => {
    const { anomalies, ...ends } = await listAnomalies(person, filter)
    return { rows: anomalies, ...ends }
  },
  columns: {
    seen_at: (row) => moment(row.at),
    rule: (row) => row.rule,
    action: (row) => row.action,
    evidence: (row) => row.evidence,
    payment: (row) => row.paymentId,
    customer: (row) => text(row.customerId),
    affiliate: (row) => row.affiliateId,
    affiliate_name: (row) => row.affiliateName,
    at_stake: (row) => (row.stake ? decimalString(row.stake.commissionMinor, row.stake.currency) : ''),
    currency: (row) => text(row.stake?.currency.toUpperCase()),
    state: (row) => row.state,
    reason: (row) => text(row.verdict?.reason),
  },
})
