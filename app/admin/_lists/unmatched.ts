import 'server-only'
import { one } from '@/app/_components/query'
import { listUnmatched } from '@/lib/attribution/queries'
import { consoleList, moment, text } from './console-list'

export const unmatchedList = consoleList({
  path: '/admin/unmatched',
  read: (query): { search?: string | undefined } => ({ search: one(query.q)?.trim() }),
  write: ({ search }) => ({ q: search }),
  find: async (person, filter) => {
    const { discounts, ...ends } = await listUnmatched(person, filter)
    return { rows: discounts, ...ends }
  },
  columns: {
    code: (row) => text(row.code),
    promotion_code: (row) => text(row.promotionCodeId),
    coupon: (row) => text(row.couponId),
    customers: (row) => text(row.customers),
    first_seen_at: (row) => moment(row.firstSeenAt),
    last_seen_at: (row) => moment(row.lastSeenAt),
    shown_by: (row) => row.sourceId,
  },
})
