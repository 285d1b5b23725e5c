import 'server-only'
import { database } from '@/db'
import { requireRole, type Actor } from '@/lib/actor'
import { TributaryError } from '@/lib/errors'
import { stripeClient } from '@/lib/stripe/client'
import { createCode, type CreateCode } from './create-code'
import { inTime } from './in-time'
import { provisionCode } from './provision-code'
import { switchCode, type SwitchCode } from './switch-code'

/**
 * Makes a further code and waits for Stripe for a while; where it does not answer, the worker finishes it.
 * @returns its text
 * @throws TributaryError as `createCode`; conflict where Stripe will not have it, which leaves nothing behind
 */
export async function createCodeAtStripe(actor: Actor, input: CreateCode): Promise<string> {
  requireRole(actor, 'admin')
  const code = await createCode(actor, input, stripeClient())
  const made = await inTime(provisionCode(database(), stripeClient(), code))
  if (made?.status === 'refused') throw new TributaryError('conflict', made.reason, 'code')
  return code
}

/**
 * Pauses or resumes a code and waits for Stripe for a while; where it does not answer, the worker finishes it.
 * @throws TributaryError as `switchCode`
 */
export async function switchCodeAtStripe(actor: Actor, input: SwitchCode): Promise<void> {
  requireRole(actor, 'admin')
  await switchCode(actor, input)
  await inTime(provisionCode(database(), stripeClient(), input.code))
}
