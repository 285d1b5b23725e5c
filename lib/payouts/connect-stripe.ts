import 'server-only'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { affiliates, connectAccounts, database, type Database } from '@/db'
import { requireOwner, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow, wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { lockForDecision } from '@/lib/ledger/decision-lock'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import {
  createOnboardingLink,
  createRecipient,
  findRecipient,
  readTransfersStatus,
} from '@/lib/stripe/recipients'
import { sender } from './begin-attempt'
import { recordDetails } from './change-payout-details'
import { releasePayouts } from './release-payouts'

interface Options {
  db?: Database
  stripe?: Stripe
}

/**
 * Begins, or goes on with, an affiliate's account at Stripe. Twice makes one account.
 * @param input.country two letters, of the affiliate's bank; looked at for a new account only
 * @returns the page of Stripe's to go to now
 * @throws TributaryError not_found, invalid for what is no country
 */
export async function connectStripe(
  actor: Actor,
  input: { affiliateId: string; country: string; returnUrl: string },
  options: Options = {},
): Promise<string> {
  const { affiliateId, returnUrl } = input
  requireOwner(actor, affiliateId)
  const db = options.db ?? database()
  const stripe = options.stripe ?? stripeClient()
  const country = input.country.trim().toLowerCase()
  if (!/^[a-z]{2}$/.test(country))
    throw new TributaryError('invalid', 'The two letters of a country are wanted, such as DE.', 'country')
  const [affiliate] = await db
    .select({
      email: affiliates.email,
      displayName: affiliates.displayName,
      account: connectAccounts.stripeAccountId,
    })
    .from(affiliates)
    .leftJoin(connectAccounts, eq(connectAccounts.affiliateId, affiliates.id))
    .where(eq(affiliates.id, affiliateId))
  if (!affiliate) throw new TributaryError('not_found', 'There is no such affiliate.')
  const { email, displayName } = affiliate
  const person = { affiliateId, email, displayName, country }
  const accountId = affiliate.account ?? (await ensureRecipient(db, stripe, person))
  return createOnboardingLink(stripe, accountId, { returnUrl, refreshUrl: returnUrl })
}

/** That Stripe is asked is written down before: who asked and heard nothing looks before asking again, also when the key is forgotten. */
async function ensureRecipient(
  db: Database,
  stripe: Stripe,
  person: Parameters<typeof createRecipient>[1],
): Promise<string> {
  const { affiliateId } = person
  const asked = await db
    .insert(connectAccounts)
    .values({ affiliateId, askedAt: wallNow() })
    .onConflictDoNothing({ target: connectAccounts.affiliateId })
    .returning()
  const made = asked.length === 0 ? await findRecipient(stripe, affiliateId) : null
  const stripeAccountId = made ?? (await createRecipient(stripe, person))
  await db
    .update(connectAccounts)
    .set({ stripeAccountId })
    .where(and(eq(connectAccounts.affiliateId, affiliateId), isNull(connectAccounts.stripeAccountId)))
  return stripeAccountId
}

/**
 * Reads at Stripe whether an affiliate's account takes transfers by now. The first time that it does it becomes where they are paid.
 * @returns null where there is no account
 */
export async function refreshStripeAccount(
  actor: Actor,
  affiliateId: string,
  options: Options & { now?: Date } = {},
): Promise<'inactive' | 'pending' | 'active' | null> {
  requireOwner(actor, affiliateId)
  const db = options.db ?? database()
  const [account] = await db
    .select()
    .from(connectAccounts)
    .where(eq(connectAccounts.affiliateId, affiliateId))
  const accountId = account?.stripeAccountId
  if (!accountId) return null
  // What is told while Stripe is asked is looked at once more.
  const now = options.now ?? (await programmeNow(db))
  const transfers = await readTransfersStatus(options.stripe ?? stripeClient(), accountId)
  await db.transaction(async (tx) => {
    const [before] = await tx.execute<{ transfers: string; used: boolean }>(sql`
      select c.transfers, exists (select from payout_details d where d.affiliate_id = c.affiliate_id
                                    and d.destination->>'accountId' = c.stripe_account_id) as used
      from connect_accounts c where c.affiliate_id = ${affiliateId} for update`)
    await tx
      .update(connectAccounts)
      .set({ transfers, checkedAt: now })
      .where(eq(connectAccounts.affiliateId, affiliateId))
    if (transfers !== 'active' || before?.used) return
    const details = { method: 'stripe', destination: { accountId } } as const
    await recordDetails(tx, actor, affiliateId, details, now)
  })
  if (transfers !== 'active') await takeOutOf(db, accountId, now)
  return transfers
}

/** What is approved for an account that takes no transfers goes back to what is owed. */
async function takeOutOf(db: Database, accountId: string, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    await lockForDecision(tx)
    const approved = await tx.execute<{ id: string }>(sql`
      select id from payouts where method = 'stripe' and state = 'approved' and destination->>'accountId' = ${accountId}
      order by id for update`)
    const reason = 'The Stripe account takes no transfers now.'
    for (const { id } of approved) {
      await releasePayouts(tx, [id], { state: 'taken_out', reason }, now)
      await writeAudit(tx, { actor: sender, action: 'payout.take_out', subjectId: id, reason, at: now })
    }
  })
}
