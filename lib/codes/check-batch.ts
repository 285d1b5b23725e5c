import 'server-only'
import { or, sql } from 'drizzle-orm'
import { affiliates, codes, type codeBatchRows, type Querying } from '@/db'
import { among } from '@/lib/rows'
import type { Cells } from '@/lib/csv-file'
import { wishTextOf, type BatchLine } from './batch-file'
import { codeText, codeTextProblem } from './rules'
import { findSeenTexts } from './seen-texts'
import { readWish } from './wish'

export type CheckedRow = Omit<typeof codeBatchRows.$inferInsert, 'batchId'>

export interface Known {
  id: string
  handle: string
  email: string
  status: (typeof affiliates.$inferSelect)['status']
}

/** What of a file can be made, by the books alone, and of each other row why not. Stripe is not asked. */
export async function checkBatch(
  db: Querying,
  lines: readonly BatchLine[],
  now: Date,
): Promise<CheckedRow[]> {
  const known = await findAffiliates(
    db,
    lines.map(({ cells }) => cells['affiliate'] ?? ''),
  )
  const rows = lines.map((line) =>
    readRow(line, known.get((line.cells['affiliate'] ?? '').toLowerCase()), now),
  )
  const texts = [...new Set(rows.flatMap(({ code }) => code ?? []))]
  const [own, seen] = await Promise.all([findCodes(db, texts), findSeenTexts(db, texts)])
  const firstAt = new Map<string, number>()
  return rows.map((row) => {
    if (row.state !== 'ready' || row.code == null) return row
    const before = firstAt.get(row.code)
    if (before !== undefined)
      return { ...row, state: 'refused', message: `The same code as in line ${before}.` }
    firstAt.set(row.code, row.line)
    if (own.has(row.code)) return { ...row, state: 'refused', message: `${row.code} is a code already.` }
    return seen.has(row.code) ? { ...row, state: 'refused', message: shownBefore(row.code) } : row
  })
}

export const shownBefore = (code: string): string =>
  `Customers have used a code ${code} before: assign the one at Stripe instead.`

function readRow({ line, cells }: BatchLine, affiliate: Known | undefined, now: Date): CheckedRow {
  const { affiliate: named = '', ...rest } = cells
  // Whoever is known is known by their id from here on; an address is not kept twice.
  const row = { line, cells: affiliate ? rest : cells, affiliateId: affiliate?.id ?? null, code: null }
  const problems = problemsOf(cells, named, affiliate)
  const read = readWish(wishTextOf(cells), now)
  if ('problems' in read) {
    const wrong = Object.entries(read.problems).map(([field, text]) => `${columnOf(field)}: ${text}`)
    return { ...row, state: 'refused', message: [...problems, ...wrong].join(' ') }
  }
  const chosen = (cells['code'] ?? '').toUpperCase()
  const text = chosen || (affiliate ? codeText(affiliate.handle, read.wish.discount) : '')
  const textProblem = text === '' ? null : codeTextProblem(text)
  if (textProblem !== null) problems.push(`code: ${textProblem}`)
  return problems.length > 0
    ? { ...row, code: chosen || null, state: 'refused', message: problems.join(' ') }
    : { ...row, code: text, state: 'ready', message: null }
}

function problemsOf(cells: Cells, named: string, affiliate: Known | undefined): string[] {
  const problems: string[] = []
  if (cells['beyond'] !== undefined) problems.push('It has more cells than there are headings.')
  if (named === '') problems.push('affiliate: Nobody is named.')
  else if (affiliate === undefined) problems.push(`affiliate: Nobody is known as ${named}.`)
  else if (!canHaveCodes(affiliate.status)) problems.push(`affiliate: ${named} is ${affiliate.status}.`)
  return problems
}

/** `maxRedemptions` as the file calls it: `max_redemptions`. */
function columnOf(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

export function canHaveCodes(status: Known['status']): boolean {
  return status === 'active' || status === 'suspended'
}

/** By handle, e-mail address and id, in small letters. */
export async function findAffiliates(db: Querying, names: readonly string[]): Promise<Map<string, Known>> {
  const asked = [...new Set(names.map((name) => name.toLowerCase()).filter((name) => name !== ''))]
  const found = new Map<string, Known>()
  if (asked.length === 0) return found
  const { id, handle, email, status } = affiliates
  const rows = await db
    .select({ id, handle, email, status })
    .from(affiliates)
    .where(or(among(sql`lower(${handle})`, asked), among(sql`lower(${email})`, asked), among(id, asked)))
  for (const row of rows)
    for (const name of [row.email, row.handle, row.id]) found.set(name.toLowerCase(), row)
  return found
}

/** The texts that are codes in the books, with whose they are. */
export async function findCodes(db: Querying, texts: readonly string[]): Promise<Map<string, string>> {
  if (texts.length === 0) return new Map()
  const text = sql<string>`upper(${codes.code})`
  const rows = await db.select({ text, affiliateId: codes.affiliateId }).from(codes).where(among(text, texts))
  return new Map(rows.map((row) => [row.text, row.affiliateId]))
}
