import 'server-only'
import { database } from '@/db'
import { wallNow } from '@/lib/clock'
import { TributaryError } from '@/lib/errors'
import { answerError, problem, toResponse, type Answer } from './answer'
import { authenticate, type ApiActor } from './authenticate'
import { MisfitError, type Endpoint } from './endpoint'
import { onceFor } from './idempotency'
import { RateLimiter, usualLimit } from './rate-limit'

const longestBody = 1024 * 1024
const limiter = new RateLimiter(usualLimit)

type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> }

/** Makes a route handler of an endpoint: who asks, how often, what; then the answer, in JSON whatever happens. */
export function serve(endpoint: Endpoint): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, context) => {
    try {
      return toResponse(await answer(endpoint, request, await context.params))
    } catch (error) {
      return toResponse(error instanceof MisfitError ? misfit(error) : answerError(error))
    }
  }
}

async function answer(endpoint: Endpoint, request: Request, params: unknown): Promise<Answer> {
  const actor = await authenticate(database(), request)
  const waitSeconds = limiter.take(actor.id, wallNow().getTime())
  if (waitSeconds > 0) {
    const headers = { 'Retry-After': String(waitSeconds) }
    return problem(429, 'rate_limited', 'Too many requests with this key; slow down.', { headers })
  }
  if (endpoint.scope === 'admin' && actor.scope !== 'admin') {
    throw new TributaryError('forbidden', 'This needs a key with the scope admin.')
  }
  // An empty parameter is one that was left out: `?affiliate=&status=held`.
  const given = [...new URL(request.url).searchParams].filter(([, value]) => value !== '')
  const query = Object.fromEntries(given)
  return endpoint.method === 'POST'
    ? answerPost(endpoint, request, { actor, params, query })
    : endpoint.run({ actor, params, query, body: undefined })
}

async function answerPost(
  endpoint: Endpoint,
  request: Request,
  asked: { actor: ApiActor; params: unknown; query: unknown },
): Promise<Answer> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    return problem(415, 'invalid', 'A body of Content-Type application/json is wanted.')
  }
  const rawBody = await readText(request, longestBody)
  if (rawBody === null) return problem(413, 'invalid', 'The body is larger than 1 MiB.')
  const body = parseJson(rawBody)
  if (body === undefined) return problem(400, 'invalid', 'The body is not JSON.')
  const run = () => endpoint.run({ ...asked, body }).catch(settledAnswer)
  const idempotencyKey = request.headers.get('idempotency-key')
  if (idempotencyKey === null || idempotencyKey === '') return run()
  const route = `${endpoint.method} ${new URL(request.url).pathname}`
  return onceFor(database(), { apiKeyId: asked.actor.id, idempotencyKey, route, rawBody }, run)
}

/** A refusal is an answer like any other, and kept under its Idempotency-Key; a failure of ours is none. */
function settledAnswer(error: unknown): Answer {
  if (error instanceof MisfitError) return misfit(error)
  if (error instanceof TributaryError) return answerError(error)
  throw error
}

const shapeProblems = new Set(['invalid_type', 'unrecognized_keys', 'invalid_union', 'invalid_key'])

/** 422 for a body of the right shape with a value that cannot be; 400 for everything else. */
function misfit({ part, issue }: MisfitError): Answer {
  const isShape = part !== 'body' || shapeProblems.has(issue.code)
  const field = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path.join('.') || undefined
  const message =
    issue.code === 'unrecognized_keys'
      ? `There is no ${part === 'query' ? 'parameter' : 'field'} ${field}.`
      : issue.message
  if (part === 'params') return problem(404, 'not_found', 'There is nothing of this id.')
  return isShape
    ? problem(400, 'invalid', message, { field })
    : problem(422, 'unprocessable', message, { field })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readText(request: Request, limit: number): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > limit) return null
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
