import { sql, type SQL } from 'drizzle-orm'
import { commissions } from '@/db'
import { keyset, type Key, type PageWanted } from '@/lib/keyset'

export const commissionSorts = [
  'newest',
  'oldest',
  'largest',
  'smallest',
  'largest_payment',
  'smallest_payment',
] as const
export type CommissionSort = (typeof commissionSorts)[number]

const paid: Key[] = [
  { by: sql`${commissions.paidAt}`, type: 'timestamptz' },
  { by: sql`${commissions.paymentId}`, type: 'text' },
  { by: sql`${commissions.basisId}`, type: 'text' },
]
const currency = sql`coalesce(${commissions.currency}, '')`
/** Amounts are not compared across currencies; one that is not known yet stands with the least. */
const left = (by: SQL): Key[] => [
  { by, type: 'text' },
  { by: sql`${commissions.remainingMinor}`, type: 'bigint' },
  ...paid,
]
const payment = (by: SQL): Key[] => [
  { by, type: 'text' },
  { by: sql`${commissions.paymentMinor}`, type: 'bigint' },
  ...paid,
]

/** What no index is by: of one affiliate the few are sorted, where the index of all amounts would be searched for them. */
const unindexed = (by: SQL) => sql`(${by} || '')`

const ascending: readonly CommissionSort[] = ['oldest', 'smallest', 'smallest_payment']

/**
 * By default the newest payment first; by amounts, currency by currency, of equal ones the newest first or last.
 * @param ofFew whether they are those of one affiliate, customer or the like
 */
export const inOrder = (options: PageWanted & { sort?: CommissionSort | undefined }, ofFew: boolean) => {
  const { sort = 'newest' } = options
  const by = (column: SQL) => (ofFew ? unindexed(column) : column)
  const keys = {
    newest: paid,
    oldest: paid,
    largest: left(by(currency)),
    smallest: left(by(currency)),
    largest_payment: payment(by(sql`${commissions.paymentCurrency}`)),
    smallest_payment: payment(by(sql`${commissions.paymentCurrency}`)),
  }[sort]
  return keyset(keys, { ...options, ascending: ascending.includes(sort) })
}
