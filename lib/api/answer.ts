import { isDatabaseAway } from '@/lib/database-away'
import { TributaryError } from '@/lib/errors'
import { log } from '@/lib/log'

export interface Answer {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export function problem(
  status: number,
  code: string,
  message: string,
  extra: { field?: string | undefined; headers?: Record<string, string> } = {},
): Answer {
  const { field, headers } = extra
  const body = { error: { code, message, ...(field === undefined ? {} : { field }) } }
  return { status, body, ...(headers ? { headers } : {}) }
}

/** Nothing that the API says may be kept by anybody in between. */
export function toResponse({ status, body, headers }: Answer): Response {
  return Response.json(body, { status, headers: { 'Cache-Control': 'no-store', ...headers } })
}

/** What went wrong, for the caller; what is nobody else's business is logged instead. */
export function answerError(error: unknown): Answer {
  if (error instanceof TributaryError) {
    return problem(error.status, error.code, error.message, { field: error.field })
  }
  log.error({ error: causeOf(error) }, 'an API request failed')
  return isDatabaseAway(error)
    ? problem(503, 'unavailable', 'The database does not answer; try again.', {
        headers: { 'Retry-After': '5' },
      })
    : problem(500, 'internal', 'Something went wrong here; it has been logged.')
}

/** A failed query's own message has its parameters in it, which are not for the log. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? causeOf(error.cause) : error
}
