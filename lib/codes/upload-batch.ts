import 'server-only'
import { codeBatches, codeBatchRows, database, type Database } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { newId } from '@/lib/ids'
import { insertRows } from '@/lib/rows'
import { readBatchFile } from './batch-file'
import { checkBatch } from './check-batch'

/**
 * Reads a file of codes and checks every row of it against the others and the books. Nothing is made before `startBatch`.
 * @returns the batch's id
 * @throws TributaryError invalid, with the field `csv`, where the file cannot be read as a whole
 */
export async function uploadBatch(
  actor: Actor,
  file: { name: string; csv: string },
  options: { db?: Database; now?: Date } = {},
): Promise<string> {
  requireRole(actor, 'admin')
  const db = options.db ?? database()
  const now = options.now ?? (await programmeNow(db))
  const checked = await checkBatch(db, readBatchFile(file.csv), now)
  const id = newId('bat')
  const name = file.name.trim().slice(0, 200) || 'codes.csv'
  await db.transaction(async (tx) => {
    const uploaded = { uploadedBy: actorName(actor).id, uploadedAt: wallNow() }
    await tx.insert(codeBatches).values({ id, name, state: 'checked', ...uploaded })
    await tx.execute(
      insertRows(
        codeBatchRows,
        checked.map((row) => ({ ...row, batchId: id })),
      ),
    )
    const ready = checked.filter(({ state }) => state === 'ready').length
    const after = { name, rows: checked.length, ready }
    await writeAudit(tx, { actor, action: 'code_batch.upload', subjectId: id, after, at: now })
  })
  return id
}
