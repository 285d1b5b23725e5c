import 'server-only'
import type { Actor } from '@/lib/actor'
import { changeStanding, type StandingOptions } from './change-standing'

/**
 * Later payments earn nothing. What was earned before falls due as it would have; what is held stays so. An applicant is turned down by it.
 * @throws TributaryError not_found, conflict where they are closed
 */
export async function closeAffiliate(
  actor: Actor,
  input: { affiliateId: string; reason: string },
  options: StandingOptions = {},
): Promise<void> {
  const change = {
    action: 'affiliate.close',
    from: ['applied', 'active', 'suspended'],
    to: 'closed',
  } as const
  await changeStanding(actor, { ...input, ...change }, options)
}
