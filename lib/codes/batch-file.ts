import { parse } from 'csv-parse/sync'
import { TributaryError } from '@/lib/errors'
import type { WishText } from './wish'

/** The headings that a file may have, in any order; `affiliate` it must have. */
export const batchColumns = [
  'affiliate',
  'code',
  'percent_off',
  'amount_off',
  'currency',
  'duration',
  'months',
  'max_redemptions',
  'expires_on',
  'first_time_only',
] as const

export type Cells = Record<string, string>

export interface BatchLine {
  /** As an editor counts them; of a row of several lines the last. */
  line: number
  cells: Cells
}

export const mostRows = 20_000
const mostCharacters = 3_000_000
const longestCell = 300

/**
 * The rows of a file, as they stand there.
 * @throws TributaryError invalid, with the field `csv`, where it cannot be read as a whole
 */
export function readBatchFile(csv: string): BatchLine[] {
  if (csv.length > mostCharacters) throw wrong('This file is too large: 3 MB at most.')
  const lines = parsed(csv)
  const [headings = [], ...rows] = lines.map(({ record }) => record)
  const names = headings.map((name) => name.toLowerCase().replaceAll(/[\s-]+/g, '_'))
  requireHeadings(names)
  if (rows.length === 0) throw wrong('There is no row under the headings.')
  if (rows.length > mostRows)
    throw wrong(
      `${mostRows.toLocaleString('en')} rows at most; this file has ${rows.length.toLocaleString('en')}.`,
    )
  return lines.slice(1).map(({ record, info }) => ({ line: info.lines, cells: cellsOf(names, record) }))
}

function parsed(csv: string): { record: string[]; info: { lines: number } }[] {
  try {
    // With `info` each record comes with where it stood: https://csv.js.org/parse/options/info/
    return parse(csv, {
      bom: true,
      delimiter: [',', ';', '\t'],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
  } catch (error) {
    const at = error instanceof Error && 'lines' in error ? `, near line ${String(error.lines)}` : ''
    throw wrong(`This is no CSV file with a row of headings${at}.`)
  }
}

function requireHeadings(names: readonly string[]): void {
  const known: readonly string[] = batchColumns
  const strange = names.filter((name) => name !== '' && !known.includes(name))
  if (strange.length > 0)
    throw wrong(`No column is called ${strange.slice(0, 3).join(', ')}. There are: ${known.join(', ')}.`)
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice !== undefined) throw wrong(`The column ${twice} is there twice.`)
  if (!names.includes('affiliate')) throw wrong('The column “affiliate” is missing.')
  if (!names.includes('percent_off') && !names.includes('amount_off'))
    throw wrong('A column “percent_off” or “amount_off” is missing.')
}

/** What stands beyond the headings is kept under no name, so that the row can be told to have too much. */
function cellsOf(names: readonly string[], record: readonly string[]): Cells {
  const cells: Cells = {}
  for (const [at, text] of record.entries()) {
    const name = names[at] || 'beyond'
    if (text !== '') cells[name] = text.slice(0, longestCell)
  }
  return cells
}

function wrong(message: string): TributaryError {
  return new TributaryError('invalid', message, 'csv')
}

export function wishTextOf(cells: Cells): WishText {
  return {
    percentOff: cells['percent_off'],
    amountOff: cells['amount_off'],
    currency: cells['currency'],
    duration: cells['duration'],
    months: cells['months'],
    maxRedemptions: cells['max_redemptions'],
    expiresOn: cells['expires_on'],
    firstTimeOnly: cells['first_time_only'],
  }
}
