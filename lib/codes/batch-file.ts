import { cellsOf, readCsvFile, requireOnce, requireRows, wrongFile, type Cells } from '@/lib/csv-file'
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

export interface BatchLine {
  /** As an editor counts them; of a row of several lines the last. */
  line: number
  cells: Cells
}

const mostRows = 20_000
/**
 * The rows of a file, as they stand there.
 * @throws TributaryError invalid, with the field `csv`, where it cannot be read as a whole
 */
export function readBatchFile(csv: string): BatchLine[] {
  const { headings, lines } = readCsvFile(csv)
  const names = headings.map((name) => name.toLowerCase().replaceAll(/[\s-]+/g, '_'))
  requireHeadings(names)
  requireRows(lines, mostRows)
  return lines.map(({ line, record }) => ({ line, cells: cellsOf(names, record) }))
}

function requireHeadings(names: readonly string[]): void {
  const known: readonly string[] = batchColumns
  const strange = names.filter((name) => name !== '' && !known.includes(name))
  if (strange.length > 0)
    throw wrongFile(`No column is called ${strange.slice(0, 3).join(', ')}. There are: ${known.join(', ')}.`)
  requireOnce(names)
  if (!names.includes('affiliate')) throw wrongFile('The column “affiliate” is missing.')
  if (!names.includes('percent_off') && !names.includes('amount_off'))
    throw wrongFile('A column “percent_off” or “amount_off” is missing.')
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
