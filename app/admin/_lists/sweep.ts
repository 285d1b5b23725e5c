import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { findLastFinishedSweep, listFindings, listLeaks, type Finding } from '@/lib/intake/reconcile/queries'
import { decimalString } from '@/lib/money'
import { consoleList, moment, text } from './console-list'

interface Filter {
  verdict?: Finding['verdict'] | undefined
  kind?: string | undefined
}

/** Of the sweep that came to its end last. */
export const findingList = consoleList({
  path: '/admin/sweep',
  read: (query): Filter => ({
    verdict: oneOf(query.verdict, ['healed', 'unexplained'] as const),
    kind: one(query.kind),
  }),
  write: ({ verdict, kind }) => ({ verdict, kind }),
  find: async (person, filter) => {
    const sweep = await findLastFinishedSweep(person)
    if (!sweep) return { rows: [], nextCursor: null, previousCursor: null }
    const { findings, ...ends } = await listFindings(person, { ...filter, sweepId: sweep.id })
    return { rows: findings, ...ends }
  },
  columns: {
    kind: (row) => row.kind,
    object: (row) => row.objectId,
    verdict: (row) => row.verdict,
    what_was_found: (row) => row.sentence,
    payment: (row) => text(row.paymentId),
    invoice: (row) => text(row.invoiceId),
    customer: (row) => text(row.customerId),
    found_at: (row) => moment(row.foundAt),
  },
})

/** What would have been lost without the sweep that came to its end last. */
export const leakList = consoleList({
  path: '/admin/sweep/lost',
  read: () => ({}),
  write: () => ({}),
  find: async (person, filter) => {
    const sweep = await findLastFinishedSweep(person)
    if (!sweep) return { rows: [], nextCursor: null, previousCursor: null }
    const { leaks, ...ends } = await listLeaks(person, { ...filter, sweepId: sweep.id })
    return { rows: leaks, ...ends }
  },
  columns: {
    affiliate: (row) => row.affiliateId,
    affiliate_name: (row) => row.displayName,
    not_earned: (row) => decimalString(row.missedMinor, row.currency),
    not_taken_back: (row) => decimalString(row.overpaidMinor, row.currency),
    currency: (row) => row.currency.toUpperCase(),
  },
})
