import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import {
  affiliateSorts,
  listAffiliates,
  type AffiliateFilter,
  type AffiliateSort,
} from '@/lib/affiliates/queries'
import { decimalString } from '@/lib/money'
import { consoleList, moment, text } from './console-list'

export const affiliateStates = [
  { status: 'applied', text: 'Applied' },
  { status: 'active', text: 'Active' },
  { status: 'suspended', text: 'Suspended' },
  { status: 'closed', text: 'Closed' },
] as const

export const affiliateList = consoleList({
  path: '/admin/affiliates',
  read: (query): AffiliateFilter & { sort?: AffiliateSort | undefined } => ({
    search: one(query.q),
    status: oneOf(
      query.status,
      affiliateStates.map(({ status }) => status),
    ),
    sort: oneOf(query.order, affiliateSorts),
  }),
  write: ({ search, status, sort }) => ({ q: search, status, order: sort === 'newest' ? undefined : sort }),
  find: async (person, filter) => {
    const { affiliates, ...ends } = await listAffiliates(person, filter)
    return { rows: affiliates, ...ends }
  },
  columns: {
    id: (row) => row.id,
    name: (row) => row.displayName,
    handle: (row) => row.handle,
    email: (row) => row.email,
    status: (row) => row.status,
    rate_percent: (row) => decimalString(BigInt(row.rateBps), 'usd'),
    codes: (row) => row.codes.map(({ code }) => code).join(' '),
    redemptions: (row) => text(row.codes.reduce((sum, { redemptions }) => sum + redemptions, 0)),
    joined_at: (row) => moment(row.createdAt),
  },
})
