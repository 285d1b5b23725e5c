import 'server-only'
import { eq } from 'drizzle-orm'
import { database, operationSettings, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import type { OperationSettings } from './schemas'

/**
 * From where on the programme's people are told, and how long bodies are kept.
 * @throws TributaryError forbidden; conflict where somebody else has changed them since the form was shown
 */
export async function changeOperationSettings(
  actor: Actor,
  wanted: OperationSettings,
  options: { db?: Database } = {},
): Promise<void> {
  requireRole(actor, 'admin')
  const { version, ...values } = wanted
  await (options.db ?? database()).transaction(async (tx) => {
    const [row] = await tx.select().from(operationSettings).for('update')
    if (!row) throw new Error('The books have no operation settings.')
    const { id, version: current, ...before } = row
    if (version !== current)
      throw new TributaryError('conflict', 'Somebody else has changed these meanwhile. Look at them again.')
    if (
      JSON.stringify(Object.entries(before).toSorted()) === JSON.stringify(Object.entries(values).toSorted())
    )
      return
    await tx
      .update(operationSettings)
      .set({ ...values, version: current + 1 })
      .where(eq(operationSettings.id, id))
    const at = await programmeNow(tx)
    await writeAudit(tx, {
      actor,
      action: 'operations.change',
      subjectId: 'operations',
      before,
      after: values,
      at,
    })
  })
}
