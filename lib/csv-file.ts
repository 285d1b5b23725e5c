import { parse } from 'csv-parse/sync'
import { TributaryError } from '@/lib/errors'

export type Cells = Record<string, string>

export interface CsvLine {
  /** As an editor counts them; of a row of several lines the last. */
  line: number
  record: string[]
}

const mostCharacters = 3_000_000
const longestCell = 300

/**
 * The lines of a CSV file that has commas, semicolons or tabs between its cells; the first are its headings.
 * @throws TributaryError invalid, with the field `csv`, where it cannot be read as a whole
 */
export function readCsvFile(csv: string): { headings: string[]; lines: CsvLine[] } {
  if (csv.length > mostCharacters) throw wrongFile('This file is too large: 3 MB at most.')
  const [first, ...lines] = parsed(csv).map(({ record, info }) => ({ line: info.lines, record }))
  return { headings: first?.record ?? [], lines }
}

function parsed(csv: string): { record: string[]; info: { lines: number } }[] {
  try {
    if (csv.includes('\0')) throw new Error('No text')
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
    throw wrongFile(`This is no CSV file with a row of headings${at}.`)
  }
}

/** @throws TributaryError invalid, with the field `csv` */
export function requireRows(lines: readonly CsvLine[], most: number): void {
  if (lines.length === 0) throw wrongFile('There is no row under the headings.')
  if (lines.length > most)
    throw wrongFile(
      `${most.toLocaleString('en')} rows at most; this file has ${lines.length.toLocaleString('en')}.`,
    )
}

/** @throws TributaryError invalid, with the field `csv` */
export function requireOnce(names: readonly string[]): void {
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice !== undefined) throw wrongFile(`The column ${twice} is there twice.`)
}

/** What stands beyond the headings is kept under no name, so that the row can be told to have too much. */
export function cellsOf(names: readonly string[], record: readonly string[]): Cells {
  const cells: Cells = {}
  for (const [at, text] of record.entries()) {
    const name = names[at] || 'beyond'
    if (text !== '') cells[name] = text.slice(0, longestCell)
  }
  return cells
}

export function wrongFile(message: string): TributaryError {
  return new TributaryError('invalid', message, 'csv')
}
