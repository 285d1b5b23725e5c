import 'server-only'
import type { Stripe } from '@/lib/stripe/client'

const patienceMs = 4_000

/**
 * Whether somebody's active promotion code at Stripe has this text; case does not matter there. Null: Stripe does not say in time,
 * and the question is settled when the code is made.
 */
export async function isCodeTaken(stripe: Stripe, text: string): Promise<boolean | null> {
  try {
    const { data } = await stripe.promotionCodes.list(
      { code: text, active: true, limit: 1 },
      { timeout: patienceMs, maxNetworkRetries: 0 },
    )
    return data.length > 0
  } catch {
    return null
  }
}
