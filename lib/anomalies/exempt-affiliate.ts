import 'server-only'
import { and, desc, eq, isNull } from 'drizzle-orm'
import { affiliates, anomalySignals, database, exemptions, type Database, type Transaction } from '@/db'
import { actorName, requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import type { AnomalyRule } from '@/lib/programme/schemas'

export interface Exempting {
  affiliateId: string
  /** Null: all of them. */
  rule: AnomalyRule | null
  /** False: the exemption ends; payments made until now stay exempt. */
  exempt: boolean
  reason: string
}

/**
 * Says that a rule, or all of them, does not concern an affiliate, also for what was paid before; or ends that. What the rules took is
 * given back in the background.
 * @throws TributaryError forbidden, not_found, conflict where there is nothing to end, invalid without a reason
 */
export async function exemptAffiliate(
  actor: Actor,
  input: Exempting,
  db: Database = database(),
): Promise<void> {
  requireRole(actor, 'admin')
  const { affiliateId, rule, exempt } = input
  const reason = input.reason.trim()
  if (reason === '') throw new TributaryError('invalid', 'An exemption needs a reason.', 'reason')
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    const [affiliate] = await tx
      .select({ id: affiliates.id })
      .from(affiliates)
      .where(eq(affiliates.id, affiliateId))
    if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.', 'affiliateId')
    const [last] = await tx
      .select({ exempt: exemptions.exempt, reason: exemptions.reason, at: exemptions.at })
      .from(exemptions)
      .where(
        and(
          eq(exemptions.affiliateId, affiliateId),
          rule === null ? isNull(exemptions.rule) : eq(exemptions.rule, rule),
        ),
      )
      .orderBy(desc(exemptions.id))
      .limit(1)
    const isExempt = last?.exempt ?? false
    if (isExempt === exempt) {
      if (exempt) return
      throw new TributaryError('conflict', 'There is no such exemption to be ended.')
    }
    const at = await programmeNow(tx)
    const decidedBy = actorName(actor).id
    await tx.insert(exemptions).values({ affiliateId, rule, exempt, reason, decidedBy, at })
    await enqueueSignalled(tx, affiliateId, rule)
    await writeAudit(tx, {
      actor,
      action: exempt ? 'affiliate.exempt' : 'affiliate.end_exemption',
      subjectId: affiliateId,
      ...(last && { before: last }),
      after: { rule: rule ?? 'all', exempt },
      reason,
      at,
    })
  })
}

async function enqueueSignalled(
  tx: Transaction,
  affiliateId: string,
  rule: AnomalyRule | null,
): Promise<void> {
  const rows = await tx
    .selectDistinct({ subjectId: anomalySignals.paymentId })
    .from(anomalySignals)
    .where(
      and(
        eq(anomalySignals.affiliateId, affiliateId),
        rule === null ? undefined : eq(anomalySignals.rule, rule),
      ),
    )
    .orderBy(anomalySignals.paymentId)
  await enqueueSettlement(
    tx,
    rows.map((row) => ({ ...row, kind: 'payment', reason: 'the affiliate’s exemption changed' })),
  )
}
