import 'server-only'
import { eq } from 'drizzle-orm'
import { database, materials, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

/** @throws TributaryError not_found */
export async function removeMaterial(
  actor: Actor,
  material: { id: number },
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction(async (tx) => {
    const [before] = Number.isSafeInteger(material.id)
      ? await tx.delete(materials).where(eq(materials.id, material.id)).returning({ title: materials.title })
      : []
    if (!before) throw new TributaryError('not_found', 'There is no such material.', 'id')
    const at = await programmeNow(tx)
    const subjectId = String(material.id)
    await writeAudit(tx, { actor, action: 'material.remove', subjectId, before, at })
  })
}
