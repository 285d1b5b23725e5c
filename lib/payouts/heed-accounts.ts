import 'server-only'
import { sql } from 'drizzle-orm'
import type { Database } from '@/db'
import { log } from '@/lib/log'
import type { Stripe } from '@/lib/stripe/client'
import { refreshStripeAccount } from './connect-stripe'

const actor = { kind: 'system', job: 'stripe-accounts' } as const

/**
 * Asks Stripe about affiliates' accounts of which it said that something has changed. Which of several events was the last is not asked: how
 * the account is now counts.
 * @returns how many were looked at
 */
export async function heedAccounts(db: Database, stripe: Stripe): Promise<number> {
  const changed = await db.execute<{ affiliateId: string }>(sql`
    select c.affiliate_id as "affiliateId" from connect_accounts c
    where exists (select from facts f where f.kind = 'account' and f.object_id = c.stripe_account_id
                    and (c.checked_at is null or f.recorded_at >= c.checked_at))
    order by c.checked_at nulls first limit 20`)
  for (const { affiliateId } of changed)
    await refreshStripeAccount(actor, affiliateId, { db, stripe }).catch((error: unknown) =>
      log.warn({ error, affiliateId }, 'an affiliate’s Stripe account could not be looked at'),
    )
  return changed.length
}
