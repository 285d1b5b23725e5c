import type { Courier } from '@/lib/stripe-sandbox/machine/courier'
import { expandAll, type Includables } from '@/lib/stripe-sandbox/machine/expansion'
import { errorOf, Failures, isBefore } from '@/lib/stripe-sandbox/machine/failures'
import { StripeFault, type ErrorBody } from '@/lib/stripe-sandbox/machine/faults'
import { canonical, decodeForm, decodeJson, type RawObject } from '@/lib/stripe-sandbox/machine/form'
import { Identifiers } from '@/lib/stripe-sandbox/machine/identifiers'
import type { Router } from '@/lib/stripe-sandbox/machine/router'
import type { Failure } from '@/lib/stripe-sandbox/machine/settings'
import { apiVersion, type World } from '@/lib/stripe-sandbox/machine/world'

export interface Ask {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string | undefined>
  body: string
}

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  /** Asked for by `settings.failures`: the answer breaks off, or never comes. */
  how?: 'cut' | 'silence'
}

interface Outcome {
  status: number
  body: string
}

const dayInSeconds = 86_400

export interface EngineParts {
  world: World
  router: Router
  courier: Courier
  includables: Includables
  /** Which keys open the door. */
  isKey: (key: string) => boolean
}

/** Answers one request: authorises, reads, runs, makes durable, and only then answers. */
export class Engine {
  readonly #parts: EngineParts
  /** Apart from the objects' ids, so that reading more does not change what is made. */
  readonly #requestIds: Identifiers
  readonly #failures = new Failures()
  /** Idempotency keys of requests that are being worked on. */
  readonly #inUse = new Set<string>()

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#requestIds = new Identifiers(`requests of ${parts.world.ids.seed}`)
  }

  async answer(ask: Ask): Promise<Answer> {
    const { world } = this.#parts
    const requestId = this.#requestIds.next('req_', 14)
    const [path = '', query = ''] = ask.url.split('?', 2)
    const headers = {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': ask.headers['stripe-version'] ?? apiVersion,
    }
    try {
      this.#authorise(ask)
      const raw = read(ask, path, query)
      const { route, ids } = this.#parts.router.find(ask.method, path)
      const key = ask.method === 'POST' ? ask.headers['idempotency-key'] : undefined
      const known = key === undefined ? null : this.#known(key, ask, path, raw)
      const failure = this.#failureFor(ask.method, path, known !== null)
      if (failure && isBefore(failure)) return { ...failed(failure), headers }
      if (known) return { ...known, headers: { ...headers, 'idempotent-replayed': 'true' }, ...fate(failure) }
      const prepared = route.prepare(raw)
      if (failure?.how === 'late') await this.#wait(key, failure.ms ?? 0)
      world.request = { id: ask.method === 'GET' ? null : requestId, idempotency_key: key ?? null }
      const keep = (outcome: Outcome) =>
        this.#commit(key === undefined ? null : { key, fingerprint: fingerprint(ask, path, raw), outcome })
      if (failure?.how === 'kept') {
        keep(failed(failure))
        return { ...failed(failure), headers }
      }
      // No await between the work and its commit: requests that come at once must not see each other half done.
      const outcome = this.#run(() => {
        const body = prepared.run(world, ids)
        return body instanceof Promise ? body : this.#finish(body, prepared.expand)
      })
      if (outcome instanceof Promise) return { status: 200, headers, body: JSON.stringify(await outcome) }
      const told = failure?.how === 'broken' ? failed(failure) : outcome
      keep(told)
      if (failure?.how === 'twice') return await this.answer(ask)
      return { ...told, headers, ...fate(failure) }
    } catch (error) {
      if (!(error instanceof StripeFault)) throw error
      return { status: error.status, headers, body: JSON.stringify({ error: error.body }) }
    } finally {
      world.request = { id: null, idempotency_key: null }
    }
  }

  /** Runs work that no request asked for, and makes it durable. */
  byItself(work: () => void): void {
    try {
      work()
      this.#parts.world.settle()
    } catch (error) {
      this.#parts.world.abandon()
      throw error
    }
    this.#commit(null)
  }

  #finish(body: object, expand: string[]): object {
    this.#parts.world.settle()
    return expandAll(this.#parts.world, body, expand, this.#parts.includables)
  }

  #run(work: () => object | Promise<object>): Outcome | Promise<object> {
    try {
      const result = work()
      return result instanceof Promise ? result : { status: 200, body: JSON.stringify(result) }
    } catch (error) {
      const { world } = this.#parts
      if (error instanceof StripeFault && error.kept) world.settle()
      else world.abandon()
      if (error instanceof StripeFault)
        return { status: error.status, body: JSON.stringify({ error: error.body }) }
      process.stderr.write(`stripe-sandbox: ${error instanceof Error ? error.stack : String(error)}\n`)
      const body: ErrorBody = { type: 'api_error', message: 'An unknown error occurred in the sandbox.' }
      return { status: 500, body: JSON.stringify({ error: body }) }
    }
  }

  #commit(answer: { key: string; fingerprint: string; outcome: Outcome } | null): void {
    const { world, courier } = this.#parts
    const planned = courier.plan(world.takeFreshEvents())
    if (answer) {
      world.store.put('sandbox.answer', {
        object: 'sandbox.answer',
        id: answer.key,
        created: world.wall(),
        fingerprint: answer.fingerprint,
        ...answer.outcome,
      })
      this.#dropOldAnswers()
    }
    world.store.commit(world.ids.count)
    courier.start(planned)
  }

  #dropOldAnswers(): void {
    const { store } = this.#parts.world
    const limit = this.#parts.world.wall() - dayInSeconds
    for (const old of store.walk('sandbox.answer', undefined, undefined, true)) {
      if (old.created >= limit) return
      store.delete('sandbox.answer', old.id)
      return
    }
  }

  #known(key: string, ask: Ask, path: string, raw: RawObject): Outcome | null {
    if (key.length > 255) throw idempotencyFault('Idempotency keys can be up to 255 characters long.')
    if (this.#inUse.has(key)) {
      throw new StripeFault(409, errorOf({ status: 409 }))
    }
    const { world } = this.#parts
    const known = world.store.find('sandbox.answer', key)
    if (!known || known.created < world.wall() - dayInSeconds) return null
    if (known.fingerprint !== fingerprint(ask, path, raw)) {
      throw idempotencyFault(
        'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
          `Try using a key other than '${key}' if you meant to execute a different request.`,
      )
    }
    return { status: known.status, body: known.body }
  }

  #authorise({ headers }: Ask): void {
    const [scheme = '', credentials = ''] = (headers['authorization'] ?? '').split(' ')
    const key =
      scheme.toLowerCase() === 'basic'
        ? (Buffer.from(credentials, 'base64').toString().split(':')[0] ?? '')
        : scheme.toLowerCase() === 'bearer'
          ? credentials
          : ''
    if (key === '') {
      throw new StripeFault(401, {
        type: 'invalid_request_error',
        message:
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      })
    }
    if (this.#parts.isKey(key)) return
    const masked = `${key.slice(0, 8)}${'*'.repeat(12)}${key.slice(-4)}`
    throw new StripeFault(401, {
      type: 'invalid_request_error',
      message: `Invalid API Key provided: ${masked}`,
    })
  }

  #failureFor(method: string, path: string, isKnown: boolean): Failure | null {
    const { world } = this.#parts
    const met = this.#failures.meet(world.settings.failures, { method, path, isKnown })
    if (!met) return null
    world.settings = { ...world.settings, failures: met.left }
    world.store.commit(world.ids.count)
    return met.failure
  }

  async #wait(key: string | undefined, ms: number): Promise<void> {
    if (key !== undefined) this.#inUse.add(key)
    await new Promise((resolve) => setTimeout(resolve, ms))
    if (key !== undefined) this.#inUse.delete(key)
  }
}

function read(ask: Ask, path: string, query: string): RawObject {
  if (ask.method !== 'POST') return decodeForm(query || ask.body)
  if (path.startsWith('/v2/')) return { ...decodeForm(query), ...decodeJson(ask.body) }
  return decodeForm([query, ask.body].filter(Boolean).join('&'))
}

function failed(failure: Failure): Outcome & Pick<Answer, 'how'> {
  const { status, how } = failure
  return {
    status,
    body: JSON.stringify({ error: errorOf(failure) }),
    ...(how === 'cut' || how === 'silence' ? { how } : {}),
  }
}

/** What becomes of the answer to a request that was done. */
function fate(failure: Failure | null): Pick<Answer, 'how'> {
  if (failure?.how === 'lost') return { how: 'cut' }
  return failure?.how === 'mute' ? { how: 'silence' } : {}
}

const fingerprint = (ask: Ask, path: string, raw: RawObject): string =>
  `${ask.method} ${path} ${canonical(raw)}`

const idempotencyFault = (message: string) => new StripeFault(400, { type: 'idempotency_error', message })
