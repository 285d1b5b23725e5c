import 'server-only'
import type { Actor } from '@/lib/actor'
import { changeStanding, type StandingOptions } from './change-standing'

/**
 * From now on payments to the affiliate earn into `held`, until they are active again.
 * @throws TributaryError not_found, conflict unless they are active
 */
export async function suspendAffiliate(
  actor: Actor,
  input: { affiliateId: string; reason: string },
  options: StandingOptions = {},
): Promise<void> {
  const change = { action: 'affiliate.suspend', from: ['active'], to: 'suspended' } as const
  await changeStanding(actor, { ...input, ...change }, options)
}
