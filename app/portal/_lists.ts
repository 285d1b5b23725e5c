import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { moment, text, urlList, type ListOf } from '@/app/_components/url-list'
import type { requireAffiliatePerson } from '@/lib/auth'
import { listCommissions, type CommissionStatus } from '@/lib/commissions/queries'
import {
  customerSorts,
  customerStatuses,
  listCustomers,
  type Amount,
  type CustomerSort,
  type CustomerStatus,
} from '@/lib/customers/queries'
import { decimalString } from '@/lib/money'
import { listPayouts } from '@/lib/payouts/queries'

type Reader = Awaited<ReturnType<typeof requireAffiliatePerson>>

const portalList = <Filter extends object, Row>(list: ListOf<Reader, Filter, Row>) => urlList(list)

export const statuses = ['settled', 'awaiting_fee', 'held', 'void', 'not_earning'] as const

interface CommissionsOfOne {
  status?: CommissionStatus | undefined
  customerId?: string | undefined
}

export const commissionList = portalList({
  path: '/portal/commissions',
  read: (query): CommissionsOfOne => ({
    status: oneOf(query.status, statuses),
    customerId: one(query.customer),
  }),
  write: ({ status, customerId }) => ({ status, customer: customerId }),
  find: async (person, filter) => {
    const { commissions, ...ends } = await listCommissions(person, {
      ...filter,
      affiliateId: person.affiliateId,
    })
    return { rows: commissions, ...ends }
  },
  columns: {},
})

const amounts = (list: readonly Amount[]) =>
  list.map(({ minor, currency }) => `${decimalString(minor, currency)} ${currency.toUpperCase()}`).join(' + ')

export const customerList = portalList({
  path: '/portal/customers',
  read: (query): { status?: CustomerStatus | undefined; sort?: CustomerSort | undefined } => ({
    status: oneOf(query.status, customerStatuses),
    sort: oneOf(query.sort, customerSorts),
  }),
  write: ({ status, sort }) => ({ status, sort: sort === 'since' ? undefined : sort }),
  find: async (person, filter) => {
    const { customers, ...ends } = await listCustomers(person, { ...filter, affiliateId: person.affiliateId })
    return { rows: customers, ...ends }
  },
  columns: {
    customer: (row) => text(row.maskedEmail),
    since: (row) => moment(row.since),
    status: (row) => row.status,
    plan: (row) => text(row.planName),
    paid_every: (row) => (row.interval ? `${row.interval.count} ${row.interval.unit}` : ''),
    a_month: (row) => amounts(row.mrr),
    months: (row) => text(row.months),
    earned: (row) => amounts(row.earned),
  },
})

export const payoutList = portalList({
  path: '/portal/payouts',
  read: () => ({}),
  write: () => ({}),
  find: async (person, filter) => {
    const { payouts, ...ends } = await listPayouts(person, { ...filter, affiliateId: person.affiliateId })
    return { rows: payouts, ...ends }
  },
  columns: {
    id: (row) => row.id,
    approved_on: (row) => text(row.approvedOn),
    to: (row) => row.destination,
    amount: (row) => decimalString(row.amountMinor, row.currency),
    currency: (row) => row.currency.toUpperCase(),
    state: (row) => row.state,
    paid_at: (row) => moment(row.paidAt),
    reference: (row) => text(row.reference),
  },
})
