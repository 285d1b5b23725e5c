import 'server-only'
import { currencyOf, one, oneOf } from '@/app/_components/query'
import {
  affiliateSorts,
  listAffiliates,
  listEarnedCurrencies,
  type AffiliateFilter,
  type AffiliateSort,
} from '@/lib/affiliates/queries'
import type { Person } from '@/lib/auth'
import { decimalString } from '@/lib/money'
import { consoleList, moment, text } from './console-list'

export const affiliateStates = [
  { status: 'applied', text: 'Applied' },
  { status: 'active', text: 'Active' },
  { status: 'suspended', text: 'Suspended' },
  { status: 'closed', text: 'Closed' },
] as const

type Wanted = AffiliateFilter & { sort?: AffiliateSort | undefined }

/** By what they earned in the currency of most, where none is chosen; as ever where nobody has earned anything yet. */
async function inOneCurrency(person: Person, filter: Wanted): Promise<Wanted> {
  if (!filter.sort?.startsWith('earned') || filter.currency !== undefined) return filter
  const [currency] = await listEarnedCurrencies(person)
  return currency === undefined ? { ...filter, sort: 'newest' } : { ...filter, currency }
}

export const affiliateList = consoleList({
  path: '/admin/affiliates',
  read: (query): Wanted => ({
    search: one(query.q),
    status: oneOf(
      query.status,
      affiliateStates.map(({ status }) => status),
    ),
    currency: currencyOf(query.currency),
    sort: oneOf(query.order, affiliateSorts),
  }),
  complete: inOneCurrency,
  write: ({ search, status, currency, sort }) => ({
    q: search,
    status,
    currency,
    order: sort === 'newest' ? undefined : sort,
  }),
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
    earned: (row) =>
      row.earned
        .map(({ minor, currency }) => `${decimalString(minor, currency)} ${currency.toUpperCase()}`)
        .join(' + '),
    joined_at: (row) => moment(row.createdAt),
  },
})
