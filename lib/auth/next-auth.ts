import 'server-only'
import NextAuth from 'next-auth'
import { authOptions } from './options'
import { sessionCookieName } from './session-cookie'

export const { handlers, signOut: endCurrentSession } = NextAuth((request) =>
  authOptions(
    request?.cookies.get(sessionCookieName())?.value ?? null,
    undefined,
    request?.headers.get('user-agent')?.slice(0, 300) ?? null,
  ),
)
