import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import type { Person } from '@/lib/auth'
import { listSweeps } from '@/lib/intake/reconcile/past-sweeps'
import { findLastFinishedSweep, listFindings, listLeaks, type Finding } from '@/lib/intake/reconcile/queries'
import { decimalString } from '@/lib/money'
import { consoleList, moment, text, type ListQuery } from './console-list'

interface OfSweep {
  /** Undefined: of the one that came to its end last. */
  sweepId?: number | undefined
}

const nothing = { rows: [], nextCursor: null, previousCursor: null }

const ofSweep = ({ sweep }: ListQuery): OfSweep => {
  const given = one(sweep)
  return { sweepId: given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : undefined }
}

async function whichSweep(person: Person, { sweepId }: OfSweep): Promise<number | undefined> {
  return sweepId ?? (await findLastFinishedSweep(person))?.id
}

interface Filter extends OfSweep {
  verdict?: Finding['verdict'] | undefined
  kind?: string | undefined
}

export const findingList = consoleList({
  path: '/admin/sweep',
  read: (query): Filter => ({
    ...ofSweep(query),
    verdict: oneOf(query.verdict, ['healed', 'unexplained'] as const),
    kind: one(query.kind),
  }),
  write: ({ sweepId, verdict, kind }) => ({ sweep: sweepId?.toString(), verdict, kind }),
  find: async (person, filter) => {
    const sweepId = await whichSweep(person, filter)
    if (sweepId === undefined) return nothing
    const { findings, ...ends } = await listFindings(person, { ...filter, sweepId })
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

/** What would have been lost without a sweep. */
export const leakList = consoleList({
  path: '/admin/sweep/lost',
  read: ofSweep,
  write: ({ sweepId }) => ({ sweep: sweepId?.toString() }),
  find: async (person, filter) => {
    const sweepId = await whichSweep(person, filter)
    if (sweepId === undefined) return nothing
    const { leaks, ...ends } = await listLeaks(person, { ...filter, sweepId })
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

export const sweepList = consoleList({
  path: '/admin/sweep/all',
  read: () => ({}),
  write: () => ({}),
  find: async (person, filter) => {
    const { sweeps, ...ends } = await listSweeps(person, filter)
    return { rows: sweeps, ...ends }
  },
  columns: {
    id: (row) => text(row.id),
    begun_by: (row) => row.begunBy,
    started_at: (row) => moment(row.startedAt),
    finished_at: (row) => moment(row.finishedAt),
    since: (row) => moment(row.since),
    seen: (row) => text(row.seen),
    healed: (row) => text(row.healed),
    unexplained: (row) => text(row.unexplained),
    would_have_been_lost: (row) =>
      row.saved
        .map(({ currency, minor }) => `${decimalString(minor, currency)} ${currency.toUpperCase()}`)
        .join(' + '),
  },
})
