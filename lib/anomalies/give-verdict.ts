import 'server-only'
import { desc, eq, and } from 'drizzle-orm'
import { customers, payments, verdicts, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'

export interface Subject {
  kind: 'payment' | 'customer'
  id: string
}

type Decision = (typeof verdicts.$inferInsert)['decision']

/**
 * Writes an administrator's word down under the lock of what it is about, so that no settlement misses it. The same word again
 * changes nothing: a void keeps its day.
 * @param verdict with `seen`: as `seenVerdict` told when the page was made; if another stands by now, that is a conflict
 */
export async function giveVerdict(actor: Actor, verdict: NewVerdict, db: Database): Promise<void> {
  requireRole(actor, 'admin')
  await db.transaction((tx) => writeVerdict(tx, actor, verdict))
}

interface NewVerdict {
  subject: Subject
  decision: Decision
  reason: string
  seen?: string | undefined
  /** Of several that were given together. */
  batch?: string | undefined
}

/** As `giveVerdict`, within a transaction of the caller's. */
export async function writeVerdict(tx: Transaction, actor: Actor, verdict: NewVerdict): Promise<void> {
  requireRole(actor, 'admin')
  const { subject, decision, batch } = verdict
  const reason = verdict.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'A verdict needs a reason.', 'reason')
  await lockSubject(tx, subject)
  const [last] = await tx
    .select({ decision: verdicts.decision, reason: verdicts.reason, at: verdicts.at })
    .from(verdicts)
    .where(and(eq(verdicts.subjectKind, subject.kind), eq(verdicts.subjectId, subject.id)))
    .orderBy(desc(verdicts.id))
    .limit(1)
  const standing = last === undefined || last.decision === 'lift' ? null : last
  if (verdict.seen !== undefined && verdict.seen !== seenVerdict(standing)) {
    throw new TributaryError(
      'conflict',
      'Somebody else has decided this meanwhile. Look at it again before you decide.',
    )
  }
  if (decision === 'lift' && standing === null) {
    throw new TributaryError('conflict', `There is no verdict on this ${subject.kind} to be lifted.`)
  }
  if (standing?.decision === decision) return
  const at = await programmeNow(tx)
  const decidedBy = actorName(actor).id
  await tx
    .insert(verdicts)
    .values({ subjectKind: subject.kind, subjectId: subject.id, decision, reason, decidedBy, at })
  await enqueueSettlement(tx, [
    { subjectId: subject.id, kind: subject.kind, reason: `judged by a person: ${decision}` },
  ])
  await writeAudit(tx, {
    actor,
    action: decision === 'lift' ? 'verdict.lift' : `${subject.kind}.judge`,
    subjectId: subject.id,
    ...(standing && { before: standing }),
    after: { decision, ...(batch && { batch }) },
    reason,
    at,
  })
}

/** Names the verdict that stands, for forms that are to say what they saw. */
export function seenVerdict(standing: { decision: string; at: Date } | null): string {
  return standing === null ? 'none' : `${standing.decision} ${standing.at.toISOString()}`
}

async function lockSubject(tx: Transaction, { kind, id }: Subject): Promise<void> {
  const [row] =
    kind === 'payment'
      ? await tx.select({ id: payments.id }).from(payments).where(eq(payments.id, id)).for('update')
      : await tx.select({ id: customers.id }).from(customers).where(eq(customers.id, id)).for('update')
  if (row === undefined)
    throw new TributaryError('not_found', `This ${kind} has never been heard of.`, `${kind}Id`)
}
