import 'server-only'
import { headers } from 'next/headers'
import { after } from 'next/server'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { log } from '@/lib/log'
import { AttemptLimit } from './attempt-limit'
import { safePath } from './safe-path'
import { sendSignInLink, type Occasion } from './send-sign-in-link'

// Offices and mobile networks share one address between many people.
const perAddress = new AttemptLimit({ attempts: 30, seconds: 600, keys: 10_000 })

/**
 * Has a link mailed to this address if it may sign in. Answers at once and always alike; the looking-up happens afterwards.
 * @throws TributaryError rate_limited after too many requests from one network address
 */
export async function requestSignIn(
  email: string,
  next: string | null,
  occasion: Occasion = 'sign_in',
): Promise<void> {
  if (!perAddress.take(networkAddress(await headers()), wallNow())) {
    throw new TributaryError(
      'rate_limited',
      'Too many links were asked for from here. Try again in ten minutes.',
    )
  }
  after(async () => {
    try {
      await sendSignInLink(email, next === null ? null : safePath(next), undefined, occasion)
    } catch (error) {
      log.error({ error }, 'a sign-in link could not be made')
    }
  })
}

/** The last entry is the one that the nearest proxy wrote (Next itself where there is none); those before are the client's word. */
export function networkAddress(from: Headers): string {
  return from.get('x-forwarded-for')?.split(',').at(-1)?.trim() || 'unknown'
}
