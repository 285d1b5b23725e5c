import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { wallNow } from '@/lib/clock'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { toldByStripe } from './told-by-stripe'

/**
 * Has Stripe send an event that moves nothing: a coupon that nobody can use is made and deleted. When its deletion is in the inbox,
 * address, secret and event types are right.
 * @throws TributaryError forbidden, conflict in Stripe's words where it refuses
 */
export async function proveWebhook(
  actor: Actor,
  options: { db?: Database; stripe?: Stripe } = {},
): Promise<{ couponId: string }> {
  requireRole(actor, 'admin')
  const { db = database(), stripe = stripeClient() } = options
  const { id } = await toldByStripe(() =>
    stripe.coupons.create({
      name: 'Tributary: test of the webhook',
      percent_off: 1,
      duration: 'once',
      max_redemptions: 1,
    }),
  )
  await db.transaction((tx) =>
    writeAudit(tx, { actor, action: 'webhook.prove', subjectId: id, at: wallNow() }),
  )
  await stripe.coupons.del(id)
  return { couponId: id }
}
