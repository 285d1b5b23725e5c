import 'server-only'
import { importRows, imports, database, type Database } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { cellsOf, readCsvFile, requireOnce, requireRows, wrongFile } from '@/lib/csv-file'
import { newId } from '@/lib/ids'
import { insertRows } from '@/lib/rows'
import { guessMapping } from './formats'

const mostRows = 10_000
const mostColumns = 100

/**
 * Keeps a file of another product's affiliates, with a guess of what its columns say. Nothing is taken in before `startImport`.
 * @returns the import's id
 * @throws TributaryError invalid, with the field `csv`, where the file cannot be read as a whole
 */
export async function uploadImport(
  actor: Actor,
  file: { name: string; csv: string },
  options: { db?: Database; now?: Date } = {},
): Promise<string> {
  requireRole(actor, 'admin')
  const { headings, lines } = readCsvFile(file.csv)
  if (headings.length > mostColumns) throw wrongFile(`${mostColumns} columns at most.`)
  requireOnce(headings)
  requireRows(lines, mostRows)
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const id = newId('imp')
  const name = file.name.trim().slice(0, 200) || 'affiliates.csv'
  const { mapping } = guessMapping(headings)
  await db.transaction(async (tx) => {
    const uploaded = { uploadedBy: actorName(actor).id, uploadedAt: wallNow() }
    await tx.insert(imports).values({ id, name, state: 'mapping', headings, mapping, ...uploaded })
    const rows = lines.map(({ line, record }) => ({
      importId: id,
      line,
      cells: cellsOf(headings, record),
      state: 'read' as const,
    }))
    await tx.execute(insertRows(importRows, rows))
    const after = { name, rows: rows.length }
    await writeAudit(tx, { actor, action: 'import.upload', subjectId: id, after, at: now })
  })
  return id
}
