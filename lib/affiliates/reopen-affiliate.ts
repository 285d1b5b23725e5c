import 'server-only'
import type { Actor } from '@/lib/actor'
import { changeStanding, type StandingOptions } from './change-standing'

/**
 * Payments from now on earn again, and what a suspension held is released; those made while closed earn nothing.
 * @throws TributaryError not_found, conflict unless they are closed and have once been in
 */
export async function reopenAffiliate(
  actor: Actor,
  input: { affiliateId: string; reason: string },
  options: StandingOptions = {},
): Promise<void> {
  const change = { action: 'affiliate.reopen', from: ['closed'], to: 'active' } as const
  await changeStanding(actor, { ...input, ...change }, options)
}
