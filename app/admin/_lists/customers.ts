import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { listAllCustomers, type CustomerFilter } from '@/lib/customers/console-queries'
import { consoleList, moment, text } from './console-list'

export const waysOfMatching = [
  'promotion_code',
  'coupon',
  'promotion_code_metadata',
  'coupon_metadata',
  'metadata',
  'code_text',
  'administrator',
] as const

export const customerList = consoleList({
  path: '/admin/customers',
  read: (query): CustomerFilter & { oldestFirst?: boolean | undefined } => ({
    attributed: one(query.whose) !== 'nobody',
    affiliateId: one(query.affiliate),
    matchedBy: oneOf(query.by, waysOfMatching),
    id: one(query.q)?.trim(),
    oldestFirst: one(query.order) === 'oldest' ? true : undefined,
  }),
  write: (filter) => ({
    whose: filter.attributed ? undefined : 'nobody',
    affiliate: filter.affiliateId,
    by: filter.matchedBy,
    q: filter.id,
    order: filter.oldestFirst ? 'oldest' : undefined,
  }),
  find: async (person, filter) => {
    const { customers, ...ends } = await listAllCustomers(person, filter)
    return { rows: customers, ...ends }
  },
  columns: {
    id: (row) => row.id,
    email: (row) => text(row.maskedEmail),
    affiliate: (row) => text(row.affiliateId),
    affiliate_name: (row) => text(row.affiliateName),
    since: (row) => moment(row.since),
    matched_by: (row) => text(row.matchedBy),
    first_paid_at: (row) => moment(row.firstPaidAt),
  },
})
