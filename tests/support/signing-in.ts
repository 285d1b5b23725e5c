import { Auth } from '@auth/core'
import { administrators, affiliates, type Database } from '@/db'
import { authOptions } from '@/lib/auth/options'
import { newId } from '@/lib/ids'

export async function addAdministrator(db: Database, email: string): Promise<string> {
  const id = newId('adm')
  await db.insert(administrators).values({ id, email, role: 'finance', createdAt: new Date() })
  return id
}

export async function addAffiliate(db: Database, email: string): Promise<string> {
  const id = newId('aff')
  const handle = id.slice(4)
  const names = { handle, displayName: handle, email }
  await db.insert(affiliates).values({ id, ...names, status: 'active', createdAt: new Date() })
  return id
}

/** What the button on a link's page leads to, with next-auth behind it; APP_URL is http://localhost:3000. */
export async function redeem(
  db: Database,
  link: string,
  browsersToken: string | null = null,
): Promise<Response> {
  const { searchParams } = new URL(link)
  const url = new URL('http://localhost:3000/api/auth/callback/email')
  url.searchParams.set('token', searchParams.get('token') ?? '')
  url.searchParams.set('email', searchParams.get('email') ?? '')
  url.searchParams.set('callbackUrl', searchParams.get('next') ?? '')
  const headers = new Headers(browsersToken ? { cookie: `tributary-session-3000=${browsersToken}` } : {})
  return Auth(new Request(url, { headers }), authOptions(browsersToken, db))
}

export function sessionCookie(response: Response): string {
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith('tributary-session-3000='))
  if (!cookie) throw new Error(`No session's cookie: ${response.status} ${response.headers.get('location')}`)
  return cookie
}

/** Of the session that a redeemed link has begun. */
export function tokenOf(response: Response): string {
  return sessionCookie(response).split(/[=;]/, 2)[1] ?? ''
}
