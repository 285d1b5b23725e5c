import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { decimalString } from '@/lib/money'
import { listDebts, type DebtFilter } from '@/lib/payouts/debt-queries'
import { payoutSorts, type PayoutFilter } from '@/lib/payouts/payouts-in-order'
import { listPayouts } from '@/lib/payouts/queries'
import { leftOutReasons, payoutStates, type LeftOutReason } from '@/lib/payouts/rules'
import { listLeftOut, listPayoutRuns } from '@/lib/payouts/run-queries'
import { findProgramme } from '@/lib/programme/figures'
import { consoleList, moment, text } from './console-list'

export const runStates = [
  { state: 'draft', text: 'Drafts' },
  { state: 'approved', text: 'Approved' },
] as const

export const runList = consoleList({
  path: '/admin/payouts',
  read: (query): { state?: 'draft' | 'approved' | undefined } => ({
    state: oneOf(
      query.state,
      runStates.map(({ state }) => state),
    ),
  }),
  write: ({ state }) => ({ state }),
  find: async (person, filter) => {
    const { runs, ...ends } = await listPayoutRuns(person, filter)
    return { rows: runs, ...ends }
  },
  columns: {
    id: (row) => row.id,
    cut_off_on: (row) => row.cutOffOn,
    state: (row) => row.state,
    drafted_at: (row) => moment(row.draftedAt),
    drafted_by: (row) => row.draftedBy,
    approved_at: (row) => moment(row.approvedAt),
    approved_by: (row) => text(row.approvedBy),
    payouts: (row) => text(row.totals.reduce((sum, { payouts }) => sum + payouts, 0)),
    amounts: (row) =>
      row.totals
        .map(
          ({ amountMinor, currency }) => `${decimalString(amountMinor, currency)} ${currency.toUpperCase()}`,
        )
        .join(' + '),
  },
})

export const payoutList = consoleList({
  path: '/admin/payouts/all',
  read: (query): Omit<PayoutFilter, 'limit' | 'cursor'> => ({
    runId: one(query.run),
    ofAffiliate: one(query.affiliate),
    state: oneOf(query.state, payoutStates),
    warned: one(query.warned) === 'yes' ? true : undefined,
    sort: one(query.run) ? oneOf(query.order, payoutSorts) : undefined,
  }),
  write: (filter) => ({
    run: filter.runId,
    affiliate: filter.ofAffiliate,
    state: filter.state,
    warned: filter.warned ? 'yes' : undefined,
    order: filter.sort === 'latest' ? undefined : filter.sort,
  }),
  find: async (person, filter) => {
    const { payouts, ...ends } = await listPayouts(person, filter)
    return { rows: payouts, ...ends }
  },
  columns: {
    id: (row) => row.id,
    run: (row) => row.runId,
    cut_off_on: (row) => row.cutOffOn,
    affiliate: (row) => row.affiliateId,
    affiliate_name: (row) => row.displayName,
    amount: (row) => decimalString(row.amountMinor, row.currency),
    currency: (row) => row.currency.toUpperCase(),
    method: (row) => row.method,
    destination: (row) => row.destination,
    state: (row) => row.state,
    paid_at: (row) => moment(row.paidAt),
    reference: (row) => text(row.reference),
    reason: (row) => text(row.reason),
  },
})

export const leftOutList = consoleList({
  path: '/admin/payouts/[run]/left-out',
  read: (query): { runId: string; reason?: LeftOutReason | undefined } => ({
    runId: one(query.run) ?? '',
    reason: oneOf(query.reason, leftOutReasons),
  }),
  write: ({ runId, reason }) => ({ run: runId, reason }),
  find: async (person, filter) => {
    const { leftOut, ...ends } = await listLeftOut(person, filter)
    return { rows: leftOut, ...ends }
  },
  columns: {
    affiliate: (row) => row.affiliateId,
    affiliate_name: (row) => row.displayName,
    due: (row) => decimalString(row.balanceMinor, row.currency),
    currency: (row) => row.currency.toUpperCase(),
    reason: (row) => row.reason,
  },
})

const standings = ['active', 'suspended', 'closed'] as const

export const debtList = consoleList({
  path: '/admin/payouts/debts',
  read: (query): DebtFilter => ({
    currency: one(query.currency),
    status: oneOf(query.status, standings),
  }),
  write: ({ currency, status }) => ({ currency, status }),
  find: async (person, filter) => {
    const programme = await findProgramme()
    if (!programme) return { rows: [], nextCursor: null, previousCursor: null }
    const { debts, ...ends } = await listDebts(person, programme.on, filter)
    return { rows: debts, ...ends }
  },
  columns: {
    affiliate: (row) => row.affiliateId,
    affiliate_name: (row) => row.displayName,
    status: (row) => row.status,
    owes: (row) => decimalString(row.debtMinor, row.currency),
    still_to_come: (row) => decimalString(row.comingMinor, row.currency),
    currency: (row) => row.currency.toUpperCase(),
  },
})
