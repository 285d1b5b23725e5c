import { acceptInvitation } from '@/lib/administrators/accept-invitation'
import { signInAtOnce } from '@/lib/auth/complete-sign-in'
import { requireSameOrigin } from '@/lib/auth/same-origin'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'

const mostBytes = 8192

/** The button on an invitation's page: accepts it, and signs in whom it was sent to. */
export async function POST(request: Request): Promise<Response> {
  try {
    requireSameOrigin(request.headers)
    const email = await acceptInvitation(await readToken(request), wallNow())
    return await signInAtOnce(request, email, '/admin')
  } catch (error) {
    if (!(error instanceof TributaryError)) throw error
    if (error.code !== 'not_found') return new Response(error.message, { status: error.status })
    return new Response(null, { status: 303, headers: { Location: '/invitation' } })
  }
}

/** Empty where none was sent. */
async function readToken(request: Request): Promise<string> {
  const length = Number(request.headers.get('content-length') ?? Number.NaN)
  const type = request.headers.get('content-type') ?? ''
  if (!(length <= mostBytes) || !type.startsWith('application/x-www-form-urlencoded')) return ''
  return new URLSearchParams(await request.text()).get('token') ?? ''
}
