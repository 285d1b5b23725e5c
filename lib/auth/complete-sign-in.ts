import 'server-only'
import { NextRequest } from 'next/server'
import { z } from 'zod'
import { database } from '@/db'
import { wallNow } from '@/lib/clock'
import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'
import { actorOfSession } from './actor-of-session'
import { handlers } from './next-auth'
import { requireSameOrigin } from './same-origin'
import { safePath } from './safe-path'
import { sessionCookieName } from './session-cookie'
import { createSignInLink } from './sign-in-link'

/** What a sign-in link carries, and the form behind its button. */
export const signInLinkSchema = z.object({
  token: z.string().min(1).max(200),
  email: z.string().min(1).max(254),
  next: z.string().max(2000).default('/'),
})

const mostBytes = 8192

/**
 * Redeems a sign-in link: the POST of the button on its page. next-auth does it, on a request made for it: the address is
 * APP_URL's whatever the Host header says, and the token was in a body, not in an address that ends up in logs.
 * @returns a redirect, with the session's cookie or to the sign-in page with an `error`
 */
export async function completeSignIn(request: Request): Promise<Response> {
  try {
    requireSameOrigin(request.headers)
  } catch (error) {
    if (error instanceof TributaryError) return new Response(error.message, { status: error.status })
    throw error
  }
  const link = await readForm(request)
  if (link === null) return Response.redirect(`${env().appUrl}/sign-in?error=Verification`, 303)
  const url = new URL('/api/auth/callback/email', env().appUrl)
  url.search = new URLSearchParams({
    token: link.token,
    email: link.email,
    callbackUrl: safePath(link.next),
  }).toString()
  const headers = new Headers()
  for (const name of ['cookie', 'user-agent']) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  return byWayOfTheSecondFactor(await handlers.GET(new NextRequest(url, { headers })))
}

/** Who is on the way into the console gives a second factor first, and then comes to where the link leads. */
async function byWayOfTheSecondFactor(answer: Response): Promise<Response> {
  const { pathname, search } = new URL(answer.headers.get('location') ?? '/', env().appUrl)
  if (!/^\/admin(\/|$)/.test(pathname)) return answer
  const cookie = answer.headers.getSetCookie().find((each) => each.startsWith(`${sessionCookieName()}=`))
  const token = cookie?.split(/[=;]/, 2)[1] ?? ''
  const person = await actorOfSession(database(), token, wallNow())
  if (!person?.awaiting) return answer
  const headers = new Headers(answer.headers)
  const next = new URLSearchParams({ next: `${pathname}${search}` })
  headers.set('location', `${env().appUrl}/admin/second-factor?${next}`)
  return new Response(null, { status: answer.status, headers })
}

async function readForm(request: Request): Promise<z.output<typeof signInLinkSchema> | null> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  const type = request.headers.get('content-type') ?? ''
  if (!(length <= mostBytes) || !type.startsWith('application/x-www-form-urlencoded')) return null
  const fields = new URLSearchParams(await request.text())
  return signInLinkSchema.safeParse(Object.fromEntries(fields)).data ?? null
}

/**
 * Signs somebody in whose address was shown to be theirs in another way than by a sign-in link: a link is made and redeemed at once, so that
 * whatever holds for links holds here.
 * @param request of the browser that is signed in; from a page of ours
 */
export async function signInAtOnce(request: Request, email: string, next: string): Promise<Response> {
  const body = new URL(await createSignInLink(email, next)).searchParams.toString()
  const headers = new Headers(request.headers)
  headers.set('content-type', 'application/x-www-form-urlencoded')
  headers.set('content-length', String(body.length))
  return completeSignIn(new Request(request.url, { method: 'POST', headers, body }))
}
