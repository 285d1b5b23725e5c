import { env } from '@/lib/env'

export const sessionDays = 30

/**
 * The row in the database decides how long a session lasts and slides; the cookie only has to outlive it, since a page that is
 * being rendered cannot set cookies. 400 days is the most that browsers grant.
 */
const cookieDays = 400

/** Whether this site is reached by https, so that cookies may be kept to it. */
export function isSecure(): boolean {
  return env().appUrl.startsWith('https:')
}

/** Browsers do not tell ports apart: the port in the name keeps two copies on one machine from signing each other out. */
export function sessionCookieName(): string {
  return isSecure() ? '__Host-tributary-session' : `tributary-session-${new URL(env().appUrl).port || '80'}`
}

export function sessionCookieOptions() {
  return {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: isSecure(),
    maxAge: cookieDays * 86_400,
  } as const
}
