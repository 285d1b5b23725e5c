import 'server-only'
import { listAlerts } from '@/lib/operations/queries'
import { titles, valueInWords } from '@/lib/operations/rules'
import { consoleList, moment } from './console-list'

export const alertList = consoleList({
  path: '/admin/alerts',
  read: () => ({}),
  write: () => ({}),
  find: async (person, filter) => {
    const { alerts, ...ends } = await listAlerts(person, filter)
    return { rows: alerts, ...ends }
  },
  columns: {
    what: (row) => titles[row.kind],
    was: (row) => valueInWords(row.kind, row.value),
    threshold: (row) => valueInWords(row.kind, row.threshold),
    opened_at: (row) => moment(row.openedAt),
    closed_at: (row) => moment(row.closedAt),
  },
})
