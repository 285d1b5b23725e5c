import { getHandleAvailability } from '@/lib/affiliates/queries'
import { AttemptLimit } from '@/lib/auth/attempt-limit'
import { networkAddress } from '@/lib/auth/request-sign-in'
import { wallNow } from '@/lib/clock'

// As fast as somebody types and thinks; each asks Stripe too.
const perAddress = new AttemptLimit({ attempts: 120, seconds: 600, keys: 10_000 })
const longest = 200

/** Whether a handle is free, for the form while it is typed. Handles are public: they are what the codes begin with. */
export async function GET(request: Request): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store' }
  if (!perAddress.take(networkAddress(request.headers), wallNow())) {
    return Response.json({ error: 'Too many tries from here.' }, { status: 429, headers })
  }
  const query = new URL(request.url).searchParams
  const handle = (query.get('handle') ?? '').slice(0, longest)
  const displayName = (query.get('name') ?? '').slice(0, longest)
  return Response.json(await getHandleAvailability({ handle, displayName }), { headers })
}
