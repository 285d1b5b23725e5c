import 'server-only'
import { one, oneOf } from '@/app/_components/query'
import { eventOutcomes, listEvents, type EventFilter } from '@/lib/intake/queries'
import { consoleList, moment, text } from './console-list'

export const eventList = consoleList({
  path: '/admin/events',
  read: (query): EventFilter & { oldestFirst?: boolean | undefined } => ({
    outcome: oneOf(query.outcome, eventOutcomes),
    type: one(query.type),
    about: one(query.q)?.trim(),
    oldestFirst: one(query.order) === 'oldest' ? true : undefined,
  }),
  write: (filter) => ({
    outcome: filter.outcome,
    type: filter.type,
    q: filter.about,
    order: filter.oldestFirst ? 'oldest' : undefined,
  }),
  find: async (person, filter) => {
    const { events, ...ends } = await listEvents(person, filter)
    return { rows: events, ...ends }
  },
  columns: {
    id: (row) => row.id,
    type: (row) => row.type,
    about: (row) => text(row.objectId),
    outcome: (row) => row.outcome,
    why: (row) => text(row.sentence),
    tries: (row) => text(row.attempts),
    made_at: (row) => moment(row.createdAt),
    came_at: (row) => moment(row.recordedAt),
    took_ms: (row) => text(row.delayMs),
  },
})
