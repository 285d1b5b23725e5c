import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { findBlocks } from './find-block'
import { releasePayouts } from './release-payouts'

const actor = { kind: 'system', job: 'payouts-by-hand' } as const
const byHand = sql`p.state = 'approved' and p.method in ('paypal', 'wise')`

/**
 * Takes out what is approved to be paid by hand, where destination, standing or a verdict changed since. What goes by Stripe is looked at
 * when it is sent.
 * @returns how many were taken out
 */
export async function takeOutBlocked(db: Database): Promise<number> {
  const seen = await findBlocks(db, byHand)
  if (![...seen.values()].some(({ kind }) => kind === 'out')) return 0
  return db.transaction(async (tx) => {
    await lockForDecision(tx)
    await tx.execute(sql`select from payouts p where ${byHand} order by p.id for update`)
    const at = await programmeNow(tx)
    let taken = 0
    for (const [id, { kind, reason }] of await findBlocks(tx, byHand)) {
      if (kind !== 'out') continue
      await releasePayouts(tx, [id], { state: 'taken_out', reason }, at)
      await writeAudit(tx, { actor, action: 'payout.take_out', subjectId: id, reason, at })
      taken += 1
    }
    return taken
  })
}
