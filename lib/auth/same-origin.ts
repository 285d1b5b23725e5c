import { env } from '@/lib/env'
import { TributaryError } from '@/lib/errors'

/**
 * For whatever changes something on behalf of a session: the request comes from a page of ours. Next compares Origin and Host in
 * Server Actions, but lets a request without an Origin through, and route handlers have no such check at all.
 * @throws TributaryError forbidden
 */
export function requireSameOrigin(headers: Headers): void {
  const { origin: ours } = new URL(env().appUrl)
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') refuse(ours)
  if (origin === null ? site === null : origin !== ours) refuse(ours)
}

function refuse(ours: string): never {
  throw new TributaryError(
    'forbidden',
    `This did not come from a page of ${ours}. Open it there and try again.`,
  )
}
