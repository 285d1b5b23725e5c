import 'server-only'
import { withQuery } from './query'
import type { ColumnSort } from '@/components/ui/table'
import { toCsv } from '@/lib/csv'
import type { PageEnds, PageWanted } from '@/lib/keyset'

export type ListQuery = Readonly<Record<string, string | string[] | undefined>>

export interface ListOf<Who, Filter extends object, Row> {
  /** `[name]` in it stands for what `write` gives of that name. */
  path: `/${'admin' | 'portal'}/${string}`
  /** What a page's address asks for; what it asks for wrongly is left out. */
  read: (query: ListQuery) => Filter
  /** What is to be added to what was asked for before anything can be found. */
  complete?: (person: Who, filter: Filter) => Promise<Filter>
  /** The address of what `read` gave, the cursor apart. */
  write: (filter: Filter) => Record<string, string | undefined>
  find: (person: Who, filter: Filter & PageWanted) => Promise<{ rows: Row[] } & PageEnds>
  /** The file's columns, in this order. */
  columns: Record<string, (row: Row) => string>
}

/** So many rows are shown at once, and so many are read at once for a file. */
const shownAtOnce = 25
const writtenAtOnce = 500

/** A list whose state stands in the address, and whose file holds all that the page's filter shows. */
export function urlList<Who, Filter extends object, Row>(list: ListOf<Who, Filter, Row>) {
  const { path, read, complete = (_, filter) => Promise.resolve(filter), write, find, columns } = list
  return {
    path,
    filterOf: read,
    async open(person: Who, query: ListQuery) {
      const filter = await complete(person, read(query))
      const cursor = typeof query.cursor === 'string' ? query.cursor : undefined
      const { rows, nextCursor, previousCursor } = await find(person, {
        ...filter,
        cursor,
        limit: shownAtOnce,
      })
      const state = write(filter)
      const here = (changes: Record<string, string | undefined>) => addressOf(path, { ...state, ...changes })
      return {
        filter,
        rows,
        state,
        /** The same list with something else asked for, from its beginning. */
        here,
        csv: withQuery(fileOf(path), state),
        pages: {
          first: cursor ? here({}) : null,
          previous: previousCursor ? here({ cursor: previousCursor }) : null,
          next: nextCursor ? here({ cursor: nextCursor }) : null,
        },
      }
    },
    async *file(person: Who, query: ListQuery): AsyncGenerator<string> {
      yield toCsv([Object.keys(columns)])
      const filter = await complete(person, read(query))
      let cursor: string | undefined
      do {
        const page = await find(person, { ...filter, cursor, limit: writtenAtOnce })
        yield toCsv(page.rows.map((row) => Object.values(columns).map((column) => column(row))))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
    },
  }
}

const partOfPath = /\[(\w+)\]/g

function addressOf(path: string, state: Record<string, string | undefined>): string {
  const inPath = [...path.matchAll(partOfPath)].map(([, name = '']) => name)
  const query = Object.fromEntries(Object.entries(state).filter(([name]) => !inPath.includes(name)))
  return withQuery(
    path.replace(partOfPath, (_, name: string) => encodeURIComponent(state[name] ?? '')),
    query,
  )
}

/** `/admin/csv/payouts-left-out` of `/admin/payouts/[run]/left-out`, `/portal/payouts/payouts.csv` of `/portal/payouts`. */
function fileOf(path: string): string {
  const [room = '', ...rest] = path
    .replace(/\/\[\w+\]/g, '')
    .slice(1)
    .split('/')
  return room === 'portal' ? `${path}/${rest.join('-')}.csv` : `/${room}/csv/${rest.join('-')}`
}

type Here = (changes: Record<string, string | undefined>) => string

/** Heads that order a list by its `order`: a first choice for each, and the other way round where that is chosen. */
export function orderedBy<Sort extends string>(here: Here, current: Sort, usual: Sort) {
  const to = (sort: Sort) => here({ order: sort === usual ? undefined : sort })
  return (descending: Sort, ascending: Sort, first: Sort = descending): ColumnSort => {
    const other = first === descending ? ascending : descending
    return {
      href: to(current === first ? other : first),
      sorted: current === descending ? 'descending' : current === ascending ? 'ascending' : undefined,
    }
  }
}

export const text = (value: string | number | null | undefined): string => String(value ?? '')
export const moment = (at: Date | null): string => at?.toISOString() ?? ''
