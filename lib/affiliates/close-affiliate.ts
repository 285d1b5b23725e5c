import 'server-only'
import type { Actor } from '@/lib/actor'
import { changeStanding, type StandingOptions } from './change-standing'

/**
 * Later payments earn nothing. What was earned before falls due as it would have; what is held stays so.
 * @throws TributaryError not_found, conflict unless they are active or suspended
 */
export async function closeAffiliate(
  actor: Actor,
  input: { affiliateId: string; reason: string },
  options: StandingOptions = {},
): Promise<void> {
  const change = { action: 'affiliate.close', from: ['active', 'suspended'], to: 'closed' } as const
  await changeStanding(actor, { ...input, ...change }, options)
}
