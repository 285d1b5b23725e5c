import 'server-only'
import { currencyOf, one, oneOf } from '@/app/_components/query'
import { isDay } from '@/lib/calendar'
import { commissionSorts } from '@/lib/commissions/in-order'
import { listCommissions, type CommissionSummary, type CommissionsWanted } from '@/lib/commissions/queries'
import { decimalString } from '@/lib/money'
import { consoleList, moment, text, type ListQuery } from './console-list'

export const commissionStates = [
  { status: 'settled', text: 'Settled' },
  { status: 'awaiting_fee', text: 'Waiting for the fee' },
  { status: 'awaiting_basis', text: 'Waiting for the invoice' },
  { status: 'held', text: 'Held' },
  { status: 'void', text: 'Void' },
  { status: 'not_earning', text: 'Earning nothing' },
  { status: 'unattributed', text: 'Nobody’s' },
] as const

const day = (query: ListQuery, name: string) => {
  const typed = one(query[name])
  return typed !== undefined && isDay(typed) ? typed : undefined
}

const money = (of: (row: CommissionSummary) => bigint | null) => (row: CommissionSummary) => {
  const minor = of(row)
  return minor === null || row.currency === null ? '' : decimalString(minor, row.currency)
}

export const commissionList = consoleList({
  path: '/admin/commissions',
  read: (query): Omit<CommissionsWanted, 'limit' | 'cursor'> => ({
    sought: one(query.q),
    affiliateId: one(query.affiliate),
    customerId: one(query.customer),
    invoiceId: one(query.invoice),
    status: oneOf(
      query.status,
      commissionStates.map(({ status }) => status),
    ),
    feeOverdue: one(query.overdue) === 'yes' ? true : undefined,
    from: day(query, 'from'),
    to: day(query, 'to'),
    currency: currencyOf(query.currency),
    sort: oneOf(query.order, commissionSorts),
  }),
  write: (filter) => ({
    q: filter.sought,
    affiliate: filter.affiliateId,
    customer: filter.customerId,
    invoice: filter.invoiceId,
    status: filter.status,
    overdue: filter.feeOverdue ? 'yes' : undefined,
    from: filter.from,
    to: filter.to,
    currency: filter.currency,
    order: filter.sort === 'newest' ? undefined : filter.sort,
  }),
  find: async (person, filter) => {
    const { commissions, ...ends } = await listCommissions(person, filter)
    return { rows: commissions, ...ends }
  },
  columns: {
    paid_at: (row) => moment(row.paidAt),
    payment: (row) => row.paymentId,
    invoice: (row) => text(row.invoiceId),
    customer: (row) => text(row.customerId),
    affiliate: (row) => text(row.affiliateId),
    affiliate_name: (row) => text(row.affiliateName),
    status: (row) => row.status,
    payment_amount: (row) => decimalString(row.paymentMinor, row.paymentCurrency),
    payment_currency: (row) => row.paymentCurrency.toUpperCase(),
    net: money((row) => row.netMinor),
    rate_percent: (row) => (row.rateBps === null ? '' : decimalString(BigInt(row.rateBps), 'usd')),
    commission: money((row) => row.commissionMinor),
    reversed: money((row) => row.reversedMinor),
    remaining: money((row) => row.remainingMinor),
    currency: (row) => text(row.currency?.toUpperCase()),
    why: (row) => row.sentence,
  },
})
