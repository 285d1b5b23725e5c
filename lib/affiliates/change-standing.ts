import 'server-only'
import { and, eq, gte, or } from 'drizzle-orm'
import { affiliates, affiliateStatusChanges, codes, commissions, database } from '@/db'
import type { affiliateStatuses, Database, Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import type { StandingChange } from './standing'

export interface StandingOptions {
  db?: Database
  now?: Date
}

interface Change {
  affiliateId: string
  reason: string
  action: `affiliate.${'suspend' | 'reactivate' | 'close' | 'reopen'}`
  from: readonly (typeof affiliateStatuses)[number][]
  to: StandingChange['status']
}

/**
 * Writes down how an affiliate stands from now on and has settled anew what hangs on it.
 * @throws TributaryError not_found, conflict where they do not stand as the change needs it
 */
export async function changeStanding(actor: Actor, change: Change, options: StandingOptions): Promise<void> {
  requireRole(actor, 'admin')
  const { affiliateId, reason, action, from, to } = change
  await (options.db ?? database()).transaction(async (tx) => {
    await lockForDecision(tx)
    const at = options.now ?? (await programmeNow(tx))
    const [affiliate] = await tx
      .select({ status: affiliates.status, displayName: affiliates.displayName })
      .from(affiliates)
      .where(eq(affiliates.id, affiliateId))
      .for('no key update')
    if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
    if (!from.some((status) => status === affiliate.status))
      throw new TributaryError('conflict', `${affiliate.displayName} is ${affiliate.status}.`)
    if (action === 'affiliate.reopen' && (await tx.$count(codes, eq(codes.affiliateId, affiliateId))) === 0)
      throw new TributaryError(
        'conflict',
        `${affiliate.displayName} has never been in: take them in instead.`,
      )
    await tx
      .update(affiliates)
      .set({ status: to, closedAt: to === 'closed' ? at : null })
      .where(eq(affiliates.id, affiliateId))
    const decidedBy = actorName(actor).id
    await tx.insert(affiliateStatusChanges).values({ affiliateId, at, status: to, reason, decidedBy })
    await settleAgain(tx, affiliateId, at, action)
    const before = { status: affiliate.status }
    await writeAudit(tx, { actor, action, subjectId: affiliateId, before, after: { status: to }, reason, at })
  })
}

/** Only what was paid since, or is held, can be judged otherwise. */
async function settleAgain(tx: Transaction, affiliateId: string, at: Date, reason: string): Promise<void> {
  const { customerId, paymentId, paidAt, status } = commissions
  const rows = await tx
    .selectDistinct({ customerId, paymentId })
    .from(commissions)
    .where(and(eq(commissions.affiliateId, affiliateId), or(gte(paidAt, at), eq(status, 'held'))))
  const kinds = new Map(
    rows.map((row) => [
      row.customerId ?? row.paymentId,
      row.customerId === null ? ('payment' as const) : ('customer' as const),
    ]),
  )
  await enqueueSettlement(
    tx,
    [...kinds].map(([subjectId, kind]) => ({ subjectId, kind, reason })),
  )
}
