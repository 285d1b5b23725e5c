import 'server-only'
import { listBatches } from '@/lib/codes/batch-queries'
import { listImports } from '@/lib/imports/queries'
import { consoleList, moment, text } from './console-list'

const nothingAsked = { read: () => ({}), write: () => ({}) }

/** Files of affiliates. */
export const importList = consoleList({
  path: '/admin/imports',
  ...nothingAsked,
  find: async (person, filter) => {
    const { imports, ...ends } = await listImports(person, filter)
    return { rows: imports, ...ends }
  },
  columns: {
    id: (row) => row.id,
    file: (row) => row.name,
    state: (row) => row.state,
    uploaded_at: (row) => moment(row.uploadedAt),
    uploaded_by: (row) => row.uploadedBy,
    rows_taken_in: (row) => text(row.rows.done),
    rows_ready: (row) => text(row.rows.ready + row.rows.read),
    rows_refused: (row) => text(row.rows.refused),
    rows_failed: (row) => text(row.rows.failed),
  },
})

/** Files of codes. */
export const batchList = consoleList({
  path: '/admin/codes/batches',
  ...nothingAsked,
  find: async (person, filter) => {
    const { batches, ...ends } = await listBatches(person, filter)
    return { rows: batches, ...ends }
  },
  columns: {
    id: (row) => row.id,
    file: (row) => row.name,
    state: (row) => row.state,
    uploaded_at: (row) => moment(row.uploadedAt),
    uploaded_by: (row) => row.uploadedBy,
    started_at: (row) => moment(row.startedAt),
    finished_at: (row) => moment(row.finishedAt),
    codes_made: (row) => text(row.rows.made),
    rows_ready: (row) => text(row.rows.ready + row.rows.making),
    rows_refused: (row) => text(row.rows.refused),
    rows_failed: (row) => text(row.rows.failed),
  },
})
