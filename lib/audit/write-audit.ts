import 'server-only'
import { auditEntries, type Transaction } from '@/db'
import { actorName, type Actor } from '@/lib/actor'

export interface Deed {
  actor: Actor
  /** `affiliate.create`, `terms.set`: the thing, then the verb. */
  action: string
  subjectId: string
  before?: unknown
  after?: unknown
  reason?: string
  at: Date
}

/** Writes down who did what, in the transaction of the deed. Amounts of money are kept as strings of minor units. */
export async function writeAudit(tx: Transaction, deed: Deed): Promise<void> {
  const { kind, id } = actorName(deed.actor)
  await tx.insert(auditEntries).values({
    at: deed.at,
    actorKind: kind,
    actorId: id,
    action: deed.action,
    subjectId: deed.subjectId,
    before: plain(deed.before),
    after: plain(deed.after),
    reason: deed.reason ?? null,
  })
}

function plain(value: unknown): unknown {
  if (value === undefined) return null
  return JSON.parse(
    JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? item.toString() : item)),
  )
}
