import 'server-only'
import { desc, eq } from 'drizzle-orm'
import { connectAccounts, database, payoutDetails, type Querying } from '@/db'
import { requireAffiliate, type Actor } from '@/lib/actor'
import { programmeNow } from '@/lib/clock'
import { loadTermsOf } from '@/lib/programme/load-terms'
import { anomalySettingOf } from '@/lib/programme/schemas'
import { termsAt } from '@/lib/programme/terms'
import { maskedDestination, payoutDetailsSchema, type PayoutDestination } from './schemas'

export interface PayoutDetailsDto {
  /** Null: none were given. */
  current: {
    details: PayoutDestination
    /** Enough to know it by. */
    masked: string
    since: Date
    /** Payouts wait until then because the details were changed; null: they do not. */
    pausedUntil: Date | null
  } | null
  /** The account at Stripe, begun or ready; null: none. */
  stripe: { accountId: string | null; transfers: 'inactive' | 'pending' | 'active' } | null
}

/** Where an affiliate is paid. @throws TributaryError not_found for strangers */
export async function getPayoutDetails(
  actor: Actor,
  affiliateId: string,
  db: Querying = database(),
): Promise<PayoutDetailsDto> {
  requireAffiliate(actor, affiliateId)
  const given = await db
    .select()
    .from(payoutDetails)
    .where(eq(payoutDetails.affiliateId, affiliateId))
    .orderBy(desc(payoutDetails.id))
  const [last] = given
  const [account] = await db
    .select({ accountId: connectAccounts.stripeAccountId, transfers: connectAccounts.transfers })
    .from(connectAccounts)
    .where(eq(connectAccounts.affiliateId, affiliateId))
  const stripe = account ?? null
  if (!last) return { current: null, stripe }
  const details = payoutDetailsSchema.parse({ method: last.method, destination: last.destination })
  const isChange = given.some(({ digest }) => digest !== last.digest)
  const pausedUntil = isChange ? await pauseEnd(db, last.at) : null
  return { current: { details, masked: maskedDestination(details), since: last.at, pausedUntil }, stripe }
}

async function pauseEnd(db: Querying, changedAt: Date): Promise<Date | null> {
  const now = await programmeNow(db)
  const versions = await loadTermsOf(db, [])
  const { anomalies } = termsAt(versions, null, Math.floor(now.getTime() / 1000))
  const { action, threshold } = anomalySettingOf(anomalies, 'payout_details_changed')
  const end = new Date(changedAt.getTime() + (threshold ?? 0) * 3_600_000)
  return (action === 'hold' || action === 'void') && end > now ? end : null
}

/** An affiliate's account at Stripe; null: none. For jobs, which have checked who asks. */
export async function stripeAccountOf(db: Querying, affiliateId: string): Promise<string | null> {
  const [account] = await db
    .select({ id: connectAccounts.stripeAccountId })
    .from(connectAccounts)
    .where(eq(connectAccounts.affiliateId, affiliateId))
  return account?.id ?? null
}
