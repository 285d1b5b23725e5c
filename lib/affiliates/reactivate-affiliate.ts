import 'server-only'
import type { Actor } from '@/lib/actor'
import { changeStanding, type StandingOptions } from './change-standing'

/**
 * Takes a suspension back: what was earned while it lasted is released, on its original days.
 * @throws TributaryError not_found, conflict unless they are suspended
 */
export async function reactivateAffiliate(
  actor: Actor,
  input: { affiliateId: string; reason: string },
  options: StandingOptions = {},
): Promise<void> {
  const change = { action: 'affiliate.reactivate', from: ['suspended'], to: 'active' } as const
  await changeStanding(actor, { ...input, ...change }, options)
}
