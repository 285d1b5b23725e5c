import 'server-only'
import { sql } from 'drizzle-orm'
import type { Transaction } from '@/db'
import { enqueueSettlement } from '@/lib/ledger/enqueue-settlement'
import { among } from '@/lib/rows'
import { moveInParts } from './move-payouts'

/**
 * Gives the lines of live payouts back to `earned`. What of them is held by now is settled anew: in the payout they stayed where they
 * were. The caller holds the decisions' lock, then the payouts'.
 */
export async function releasePayouts(
  tx: Transaction,
  payoutIds: readonly string[],
  to: { state: 'taken_out' | 'failed' | 'returned'; reason: string },
  now: Date,
  onMoved?: (moved: number) => void,
): Promise<void> {
  if (payoutIds.length === 0) return
  const which = among(sql`p.id`, payoutIds)
  await moveInParts(tx, which, 'release', { now, ...(onMoved && { onMoved }) })
  await tx.execute(sql`
    update payouts p set state = ${to.state}, reason = ${to.reason}, leased_until = null, next_attempt_at = null where ${which}`)
  const held = await tx.execute<{ id: string }>(sql`
    select distinct l.payment_id as id from payout_lines l
    join commissions c on c.payment_id = l.payment_id and c.status = 'held'
    where ${among(sql`l.payout_id`, payoutIds)}`)
  await enqueueSettlement(
    tx,
    held.map(({ id }) => ({
      subjectId: id,
      kind: 'payment' as const,
      reason: 'a payout of it was given back',
    })),
  )
}
