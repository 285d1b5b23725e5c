import 'server-only'
import type { NextAuthConfig } from 'next-auth'
import { database, type Database } from '@/db'
import { confirmSignUp } from '@/lib/affiliates/confirm-sign-up'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { authAdapter } from './adapter'
import { randomToken } from './digest'
import { isKnown, standingOf } from './people'
import { safePath } from './safe-path'
import { isSecure, sessionCookieName, sessionCookieOptions, sessionDays } from './session-cookie'
import { signInLinkHours } from './sign-in-link'

/**
 * Sign-in by e-mailed link with sessions in the database. Links are made by `createSignInLink` alone, so that pages, command line
 * and demo have the same ones; next-auth redeems them and keeps the sessions.
 * @param browsersToken of the session that the asking browser has; null: none
 * @param browser what it calls itself; null: nothing
 */
export function authOptions(
  browsersToken: string | null,
  db: Database = database(),
  browser: string | null = null,
): NextAuthConfig {
  return {
    adapter: authAdapter(db, browsersToken, browser),
    basePath: '/api/auth',
    secret: env().authSecret,
    // Every request that next-auth is given carries the address of APP_URL, not what the Host header says.
    trustHost: true,
    useSecureCookies: isSecure(),
    cookies: { sessionToken: { name: sessionCookieName(), options: sessionCookieOptions() } },
    session: {
      strategy: 'database',
      maxAge: sessionDays * 86_400,
      updateAge: 86_400,
      generateSessionToken: randomToken,
    },
    providers: [
      {
        id: 'email',
        type: 'email',
        name: 'E-mail',
        maxAge: signInLinkHours * 3600,
        sendVerificationRequest: () => Promise.reject(new Error('Links are made by createSignInLink.')),
      },
    ],
    pages: { signIn: '/sign-in', error: '/sign-in', verifyRequest: '/sign-in' },
    callbacks: {
      // The link has just been redeemed, so that the address is theirs: who signed up with it is let in now.
      signIn: async ({ user }) => {
        const email = user.email ?? ''
        await confirmSignUp({ kind: 'system', job: 'sign-in' }, email, { db })
        return isKnown(await standingOf(db, email))
      },
      redirect: ({ url }) => `${env().appUrl}${safePath(pathOf(url))}`,
    },
    logger: {
      error: (error) => log.warn({ error: error.name }, 'a sign-in did not succeed'),
      warn: () => undefined,
      debug: () => undefined,
    },
  }
}

function pathOf(url: string): string {
  const { appUrl } = env()
  return url.startsWith(`${appUrl}/`) ? url.slice(appUrl.length) : url
}
