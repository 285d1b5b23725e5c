import 'server-only'
import { lt } from 'drizzle-orm'
import { database, verificationTokens, type Querying } from '@/db'
import { wallNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { randomToken, sha256 } from './digest'
import { normaliseEmail } from './email-address'
import { safePath } from './safe-path'

export const signInLinkHours = 24

/**
 * A link that signs in once, within 24 hours, whoever opens it and presses the button there: the page keeps mail scanners, which
 * open every link, from using it up. Works outside Next too.
 * @param callbackPath where to go then, a path of this site
 * @throws TributaryError invalid if `email` is no address
 */
export async function createSignInLink(
  email: string,
  callbackPath: string,
  db: Querying = database(),
): Promise<string> {
  const identifier = normaliseEmail(email)
  if (identifier === null) throw new TributaryError('invalid', 'This is not an e-mail address.', 'email')
  const token = randomToken()
  const now = wallNow()
  await db.delete(verificationTokens).where(lt(verificationTokens.expires, now))
  await db.insert(verificationTokens).values({
    identifier,
    token: storedToken(token),
    expires: new Date(now.getTime() + signInLinkHours * 3_600_000),
  })
  const query = new URLSearchParams({ token, email: identifier, next: safePath(callbackPath) })
  return `${env().appUrl}/sign-in/confirm?${query}`
}

/** next-auth compares with just this: https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/lib/actions/signin/send-token.ts */
function storedToken(token: string): string {
  return sha256(`${token}${env().authSecret}`)
}
