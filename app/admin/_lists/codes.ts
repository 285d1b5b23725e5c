import 'server-only'
import { one } from '@/app/_components/query'
import { listHouseCodes } from '@/lib/attribution/house-queries'
import { listReservedWords } from '@/lib/codes/reserved-words'
import { consoleList, moment, text, type ListQuery } from './console-list'

const bySearch = {
  read: (query: ListQuery): { search?: string | undefined } => ({
    search: one(query.q)?.trim() || undefined,
  }),
  write: ({ search }: { search?: string | undefined }) => ({ q: search }),
}

export const houseList = consoleList({
  path: '/admin/codes/house',
  ...bySearch,
  find: async (person, filter) => {
    const { codes, ...ends } = await listHouseCodes(person, filter)
    return { rows: codes, ...ends }
  },
  columns: {
    id: (row) => row.id,
    code: (row) => text(row.name),
    reason: (row) => row.reason,
    decided_at: (row) => moment(row.decidedAt),
    customers: (row) => text(row.customers),
  },
})

export const reservedList = consoleList({
  path: '/admin/codes/reserved',
  ...bySearch,
  find: async (person, filter) => {
    const { words, ...ends } = await listReservedWords(person, filter)
    return { rows: words, ...ends }
  },
  columns: {
    word: (row) => row.word,
    anywhere: (row) => (row.anywhere ? 'yes' : 'no'),
    reason: (row) => row.reason,
    reserved_at: (row) => moment(row.reservedAt),
  },
})
