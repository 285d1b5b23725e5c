import 'server-only'
import { sql } from 'drizzle-orm'
import { findTransfers } from '@/lib/stripe/transfers'
import { leasePayouts } from './lease-payouts'
import { confirmSent } from './record-answer'
import type { SendOptions } from './send-payouts'

/**
 * Confirms payouts of which it was not known whether Stripe has made the transfer, and a sweep has seen one since. Sends nothing: what is
 * not there after all is left to who sends.
 * @returns how many were looked at
 */
export async function confirmSeen(options: SendOptions): Promise<number> {
  const { db, stripe, now, limit = 500 } = options
  const seen = sql`p.state in ('sending', 'unknown')
    and exists (select from facts f where f.kind = 'transfer' and f.body->>'payoutId' = p.id)`
  const leased = await leasePayouts(db, seen, { now: now(), limit })
  for (const payout of leased) {
    const [found, ...more] = await findTransfers(stripe, payout.id)
    if (found) await confirmSent(options, payout, { found, more })
    else
      await db.execute(sql`
        update payouts set leased_until = null where id = ${payout.id} and leased_until = ${payout.leasedUntil}::timestamptz`)
  }
  return leased.length
}
