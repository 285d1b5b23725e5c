import { completeSignIn } from '@/lib/auth/complete-sign-in'

/** A link is never redeemed by opening it: mail scanners do that too. */
export function GET(request: Request): Response {
  const { search } = new URL(request.url)
  return new Response(null, { status: 303, headers: { Location: `/sign-in/confirm${search}` } })
}

export function POST(request: Request): Promise<Response> {
  return completeSignIn(request)
}
