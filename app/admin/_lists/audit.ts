import 'server-only'
import { one } from '@/app/_components/query'
import { listAudit, type AuditFilter } from '@/lib/audit/queries'
import { isDay } from '@/lib/calendar'
import { consoleList, moment, text } from './console-list'

const day = (value: string | string[] | undefined) => {
  const given = one(value)
  return given !== undefined && isDay(given) ? given : undefined
}
const typed = (value: string | string[] | undefined) => one(value)?.trim() || undefined

export const auditList = consoleList({
  path: '/admin/audit',
  read: (query): AuditFilter => ({
    who: typed(query.who),

    action: typed(query.action)?.toLowerCase().replaceAll(' ', '_'),
    subjectId: typed(query.subject),
    from: day(query.from),
    to: day(query.to),
  }),
  write: ({ who, action, subjectId, from, to }) => ({ who, action, subject: subjectId, from, to }),
  find: async (person, filter) => {
    const { entries, ...ends } = await listAudit(person, filter)
    return { rows: entries, ...ends }
  },
  columns: {
    id: (row) => row.id,
    at: (row) => moment(row.at),
    by_kind: (row) => row.actorKind,
    by: (row) => row.actorId,
    by_name: (row) => text(row.actorName),
    action: (row) => row.action,
    subject: (row) => row.subjectId,
    reason: (row) => text(row.reason),
    before: (row) => text(row.before),
    after: (row) => text(row.after),
  },
})
