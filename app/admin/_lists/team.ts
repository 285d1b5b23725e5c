import 'server-only'
import { listTeam } from '@/lib/administrators/queries'
import { wallNow } from '@/lib/clock'
import { consoleList, moment, text } from './console-list'

/** All on one page: those who run a programme are few. */
export const teamList = consoleList({
  path: '/admin/team',
  read: () => ({}),
  write: () => ({}),
  find: async (person) => ({
    rows: await listTeam(person, wallNow()),
    nextCursor: null,
    previousCursor: null,
  }),
  columns: {
    id: (row) => row.id,
    email: (row) => row.email,
    role: (row) => row.role,
    second_factor_since: (row) => moment(row.secondFactorSince),
    browsers: (row) => text(row.sessions),
    since: (row) => moment(row.since),
  },
})
