import 'server-only'
import { sql, type SQL } from 'drizzle-orm'

/** What a list is ordered by, of the same direction as its other keys. Never NULL in any row, and the last key makes rows distinct. */
export interface Key {
  by: SQL
  type: keyof typeof texts
}

export interface PageWanted {
  limit: number
  /** As a page gave it; one that is not ours begins at the beginning. */
  cursor?: string | undefined
}

export interface PageEnds {
  nextCursor: string | null
  /** Null: this is the beginning, as far as is known. */
  previousCursor: string | null
}

/** How a key is told as text without losing anything, and what such a text looks like. */
const texts = {
  timestamptz: {
    of: (by: SQL) => sql`to_char(${by} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    is: (text: string) => {
      const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) ? new Date(text) : new Date(NaN)
      return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 19) === text.slice(0, 19)
    },
  },
  bigint: { of: (by: SQL) => sql`${by}::text`, is: (text: string) => /^-?\d{1,18}$/.test(text) },
  text: { of: (by: SQL) => sql`${by}`, is: (text: string) => text.length <= 300 && !text.includes('\0') },
}

/**
 * One page of a list, found by the place of the row before it (or after it, on the way back) and not by counting: the thousandth page
 * costs what the first does, given an index with all of the keys (where the first are the same in many rows, PostgreSQL takes no other).
 * Select `position` beside what is shown, filter by `beyond`, order by `order`, take `limit`, and let
 * `page` make the page.
 */
export function keyset(keys: readonly Key[], wanted: PageWanted & { ascending?: boolean }) {
  const place = decode(wanted.cursor, keys)
  const up = (wanted.ascending ?? false) !== (place?.back ?? false)
  const list = (parts: SQL[]) => sql.join(parts, sql`, `)
  const here = place?.values.map((value, at) => sql`${value}::${sql.raw(keys[at]?.type ?? 'text')}`)
  const columns = list(keys.map(({ by }) => by))
  return {
    /** The place itself, where one is given, in the order of the keys; and whether what follows it is greater. */
    place: place?.values ?? null,
    up,
    beyond: here ? sql`(${columns}) ${up ? sql`>` : sql`<`} (${list(here)})` : sql`true`,
    order: list(keys.map(({ by }) => (up ? sql`${by} asc` : sql`${by} desc`))),
    position: sql<string>`jsonb_build_array(${list(keys.map(({ by, type }) => texts[type].of(by)))})::text`,
    limit: wanted.limit + 1,
    page<Row extends object>(found: readonly (Row & { position: string })[]): { rows: Row[] } & PageEnds {
      const more = found.length > wanted.limit
      const rows = place?.back ? found.slice(0, wanted.limit).toReversed() : found.slice(0, wanted.limit)
      const [first, last] = [rows.at(0), rows.at(-1)]
      const on = place?.back ? last !== undefined : more
      const back = place?.back ? more : place !== null
      return {
        // What a Row & { position } is without its position.
        rows: rows.map(({ position: _, ...row }) => row as unknown as Row),
        nextCursor: on && last ? encode('next', last.position) : null,
        previousCursor: back && first ? encode('back', first.position) : null,
      }
    },
  }
}

function encode(way: 'next' | 'back', position: string): string {
  return Buffer.from(`${way}${position}`).toString('base64url')
}

function decode(
  cursor: string | undefined,
  keys: readonly Key[],
): { back: boolean; values: string[] } | null {
  const [, way, json] = /^(next|back)(\[.*\])$/s.exec(Buffer.from(cursor ?? '', 'base64url').toString()) ?? []
  if (json === undefined) return null
  const values = parsed(json)
  if (!Array.isArray(values) || values.length !== keys.length) return null
  const given = values.filter((value): value is string => typeof value === 'string')
  const known = keys.every(({ type }, at) => given[at] !== undefined && texts[type].is(given[at]))
  return known ? { back: way === 'back', values: given } : null
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}
