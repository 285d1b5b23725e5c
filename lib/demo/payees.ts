import 'server-only'
import { asc } from 'drizzle-orm'
import { affiliates, payoutDetails, type Database } from '@/db'
import { changePayoutDetails } from '@/lib/payouts/change-payout-details'
import { connectStripe, refreshStripeAccount } from '@/lib/payouts/connect-stripe'
import { stripeAccountOf } from '@/lib/payouts/details-queries'
import { env } from '@/lib/env'
import type { Stripe } from '@/lib/stripe/client'
import { demoMaker } from './demo-maker'

/** Says where the demo's affiliates are paid: every second one at Stripe, through its onboarding, the others by PayPal. */
export async function ensurePayees(db: Database, stripe: Stripe): Promise<void> {
  const known = new Set(
    (await db.select({ id: payoutDetails.affiliateId }).from(payoutDetails)).map(({ id }) => id),
  )
  const all = await db
    .select({ id: affiliates.id, email: affiliates.email })
    .from(affiliates)
    .orderBy(asc(affiliates.createdAt), asc(affiliates.id))
  for (const [n, { id, email }] of all.entries()) {
    if (known.has(id)) continue
    if (n % 2 === 0) await payByStripe(db, stripe, id)
    else {
      const [name = 'somebody'] = email.split('@')
      const details = { method: 'paypal', destination: { email: `${name}@example.com` } } as const
      await changePayoutDetails(demoMaker, id, details, { db })
    }
  }
}

async function payByStripe(db: Database, stripe: Stripe, affiliateId: string): Promise<void> {
  const returnUrl = `${env().appUrl}/portal`
  await connectStripe(demoMaker, { affiliateId, country: 'de', returnUrl }, { db, stripe })
  const account = await stripeAccountOf(db, affiliateId)
  if (account === null) return
  await stripe.rawRequest('POST', `/v1/test_helpers/sandbox/accounts/${account}/onboard`)
  await refreshStripeAccount(demoMaker, affiliateId, { db, stripe })
}
