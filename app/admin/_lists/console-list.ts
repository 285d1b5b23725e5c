import 'server-only'
import { withQuery } from '@/app/_components/query'
import type { Person } from '@/lib/auth'
import { toCsv } from '@/lib/csv'
import type { PageEnds, PageWanted } from '@/lib/keyset'

export type ListQuery = Readonly<Record<string, string | string[] | undefined>>

interface ListOf<Filter extends object, Row> {
  path: `/admin/${string}`
  /** What a page's address asks for; what it asks for wrongly is left out. */
  read: (query: ListQuery) => Filter
  /** The address of what `read` gave, the cursor apart. */
  write: (filter: Filter) => Record<string, string | undefined>
  find: (person: Person, filter: Filter & PageWanted) => Promise<{ rows: Row[] } & PageEnds>
  /** The file's columns, in this order. */
  columns: Record<string, (row: Row) => string>
}

/** So many rows are shown at once, and so many are read at once for a file. */
const shownAtOnce = 25
const writtenAtOnce = 500

/** A list of the console: its state stands in the address, and its file holds all that the page's filter shows. */
export function consoleList<Filter extends object, Row>(list: ListOf<Filter, Row>) {
  const { path, read, write, find, columns } = list
  return {
    path,
    async open(person: Person, query: ListQuery) {
      const filter = read(query)
      const cursor = typeof query.cursor === 'string' ? query.cursor : undefined
      const { rows, nextCursor, previousCursor } = await find(person, {
        ...filter,
        cursor,
        limit: shownAtOnce,
      })
      const state = write(filter)
      const here = (changes: Record<string, string | undefined>) => withQuery(path, { ...state, ...changes })
      return {
        filter,
        rows,
        state,
        /** The same list with something else asked for, from its beginning. */
        here,
        csv: withQuery(`/admin/csv/${path.slice('/admin/'.length).replaceAll('/', '-')}`, state),
        pages: {
          first: cursor ? here({}) : null,
          previous: previousCursor ? here({ cursor: previousCursor }) : null,
          next: nextCursor ? here({ cursor: nextCursor }) : null,
        },
      }
    },
    async *file(person: Person, query: ListQuery): AsyncGenerator<string> {
      yield toCsv([Object.keys(columns)])
      const filter = read(query)
      let cursor: string | undefined
      do {
        const page = await find(person, { ...filter, cursor, limit: writtenAtOnce })
        yield toCsv(page.rows.map((row) => Object.values(columns).map((column) => column(row))))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
  }
}

export const text = (value: string | number | null | undefined): string => String(value ?? '')
export const moment = (at: Date | null): string => at?.toISOString() ?? ''
