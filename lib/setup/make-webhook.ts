import 'server-only'
import { database, type Database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { writeAudit } from '@/lib/audit/write-audit'
import { programmeNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { handledEventTypes } from '@/lib/intake/events'
import { stripeClient, type Stripe } from '@/lib/stripe/client'
import { toldByStripe } from './told-by-stripe'
import { ensureEndpoint, webhookPath } from './webhook-endpoint'

/**
 * Makes Stripe's endpoint for this address, or mends the one that is there.
 * @throws TributaryError forbidden, conflict in Stripe's words where it refuses
 * @returns the secret of one that was made, which is kept nowhere: it goes into STRIPE_WEBHOOK_SECRET
 */
export async function makeWebhook(
  actor: Actor,
  options: { db?: Database; stripe?: Stripe } = {},
): Promise<{ id: string; secret: string | null }> {
  requireRole(actor, 'admin')
  const { db = database(), stripe = stripeClient() } = options
  const url = `${env().appUrl}${webhookPath}`
  const made = await toldByStripe(() => ensureEndpoint(stripe, url, handledEventTypes))
  await db.transaction(async (tx) => {
    const after = { created: made.secret !== null }
    const at = await programmeNow(tx)
    await writeAudit(tx, { actor, action: 'webhook.make', subjectId: made.id, after, at })
  })
  return made
}
