import { after } from 'next/server'
import { AttemptLimit } from '@/lib/auth/attempt-limit'
import { networkAddress } from '@/lib/auth/request-sign-in'
import { wallNow } from '@/lib/clock'
import { countVisit, linkVisitor } from '@/lib/links/count-visit'
import { followLink } from '@/lib/links/follow-link'
import { isMachine } from '@/lib/links/rules'
import { log } from '@/lib/log'

// More than an office or a mobile network clicks: beyond it the visitor is led on, and not counted.
const counted = new AttemptLimit({ attempts: 120, seconds: 600, keys: 10_000 })

type Context = { params: Promise<{ code: string; slug?: string[] }> }

/** A referral link: on to the product with the code in the query. No cookie is set, and nothing is believed that the visitor sent. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { code, slug = [] } = await params
  const { url, link } = await followLink({ code, slug: slug[0] ?? null })
  const network = networkAddress(request.headers)
  const userAgent = request.headers.get('user-agent') ?? ''
  const purpose = request.headers.get('sec-purpose') ?? request.headers.get('purpose') ?? ''
  if (link && !isMachine({ userAgent, purpose }) && counted.take(network, wallNow())) {
    after(() =>
      countVisit(linkVisitor, { ...link, network, userAgent }).catch((error: unknown) =>
        log.error({ error }, 'a visit could not be counted'),
      ),
    )
  }
  return new Response(null, {
    // Found, not moved: what a code leads to may be another page tomorrow.
    status: 302,
    headers: { Location: url.href, 'Cache-Control': 'no-store', 'X-Robots-Tag': 'noindex' },
  })
}

/** Asked by machines only. */
export async function HEAD(_request: Request, { params }: Context): Promise<Response> {
  const { code, slug = [] } = await params
  const { url } = await followLink({ code, slug: slug[0] ?? null })
  return new Response(null, { status: 302, headers: { Location: url.href, 'Cache-Control': 'no-store' } })
}
