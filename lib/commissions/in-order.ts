import { sql } from 'drizzle-orm'
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
const left: Key[] = [
  { by: sql`coalesce(${commissions.currency}, '')`, type: 'text' },
  { by: sql`${commissions.remainingMinor}`, type: 'bigint' },
  ...paid,
]
const payment: Key[] = [
  { by: sql`${commissions.paymentCurrency}`, type: 'text' },
  { by: sql`${commissions.paymentMinor}`, type: 'bigint' },
  ...paid,
]

const sorts: Record<CommissionSort, { keys: Key[]; ascending: boolean }> = {
  newest: { keys: paid, ascending: false },
  oldest: { keys: paid, ascending: true },
  largest: { keys: left, ascending: false },
  smallest: { keys: left, ascending: true },
  largest_payment: { keys: payment, ascending: false },
  smallest_payment: { keys: payment, ascending: true },
}

/** By default the newest payment first; by amounts, currency by currency, of equal ones the newest first or last. */
export const inOrder = (options: PageWanted & { sort?: CommissionSort | undefined }) => {
  const { keys, ascending } = sorts[options.sort ?? 'newest']
  return keyset(keys, { ...options, ascending })
}
