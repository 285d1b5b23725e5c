import 'server-only'
import { one } from '@/app/_components/query'
import { listConflicts } from '@/lib/attribution/queries'
import { consoleList, moment, text } from './console-list'

export const conflictList = consoleList({
  path: '/admin/conflicts',
  read: (query): { affiliateId?: string | undefined } => ({ affiliateId: one(query.affiliate) }),
  write: ({ affiliateId }) => ({ affiliate: affiliateId }),
  find: async (person, filter) => {
    const { customers, ...ends } = await listConflicts(person, filter)
    return { rows: customers, ...ends }
  },
  columns: {
    customer: (row) => row.customerId,
    email: (row) => text(row.maskedEmail),
    belongs_to: (row) => row.affiliateId,
    belongs_to_name: (row) => row.affiliateName,
    since: (row) => moment(row.since),
    claimed_by: (row) => row.claims.map(({ affiliateId }) => affiliateId).join(' '),
    claimed_by_names: (row) => row.claims.map(({ affiliateName }) => affiliateName).join(', '),
  },
})
