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
/** Amounts are not compared across currencies; one that is not known yet stands with the least. */
const currency = sql`coalesce(${commissions.currency}, '')`

const ascending: readonly CommissionSort[] = ['oldest', 'smallest', 'smallest_payment']

interface OrderWanted extends PageWanted {
  sort?: CommissionSort | undefined
  /** That all are in. */
  currency?: string | undefined
}

/**
 * By default the newest payment first; by amounts, currency by currency, of equal ones the newest first or last.
 * @param ofFew whether they are those of one affiliate, customer or the like
 */
export const inOrder = (options: OrderWanted, ofFew: boolean) => {
  const { sort = 'newest' } = options
  // Of one affiliate the few are sorted: the index of all amounts, which has none of these, would be searched for them.
  const apart = (column: SQL, nothing: SQL) => (ofFew ? sql`(${column} ${nothing})` : column)
  const amounts = (of: SQL | null, minor: SQL): Key[] => [
    // Not beside the one currency that is asked for: PostgreSQL would go to where that begins, and not to the place.
    ...(of === null ? [] : [{ by: apart(of, sql`|| ''`), type: 'text' as const }]),
    { by: apart(minor, sql`+ 0`), type: 'bigint' },
    ...paid,
  ]
  const left = amounts(options.currency === undefined ? currency : null, sql`${commissions.remainingMinor}`)
  const payment = amounts(sql`${commissions.paymentCurrency}`, sql`${commissions.paymentMinor}`)
  const keys = {
    newest: paid,
    oldest: paid,
    largest: left,
    smallest: left,
    largest_payment: payment,
    smallest_payment: payment,
  }[sort]
  return keyset(keys, { ...options, ascending: ascending.includes(sort) })
}
