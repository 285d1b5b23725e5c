import { invalid, StripeFault } from '@/lib/stripe-sandbox/machine/faults'
import { list, readParams, text, type Params, type Shape } from '@/lib/stripe-sandbox/machine/fields'
import type { RawObject } from '@/lib/stripe-sandbox/machine/form'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export type Method = 'GET' | 'POST' | 'DELETE'
/** Ready to run: the parameters have been read. */
export type Prepared = (world: World, ids: [string, string]) => object | Promise<object>

export interface Route {
  method: Method
  segments: string[]
  prepare(raw: RawObject): { run: Prepared; expand: string[] }
}

/** A path's `:id` parts are given to the handler in order; `expand` is understood everywhere. */
export function route<S extends Shape>(
  method: Method,
  path: string,
  shape: S,
  handler: (world: World, params: Params<S>, id: string, second: string) => object | Promise<object>,
): Route {
  return {
    method,
    segments: path.slice(1).split('/'),
    prepare(raw) {
      const { expand, ...rest } = raw
      const params = readParams(shape, rest)
      return {
        run: (world, [id, second]) => handler(world, params, id, second),
        expand: expand === undefined ? [] : list(text).read(expand, 'expand'),
      }
    },
  }
}

export class Router {
  readonly #routes = new Map<string, Route[]>()

  constructor(routes: Route[]) {
    for (const each of routes) {
      const key = `${each.method} ${each.segments.length}`
      const others = this.#routes.get(key)
      if (others) others.push(each)
      else this.#routes.set(key, [each])
    }
  }

  /** Throws Stripe's own 404 when there is no such route. */
  find(method: string, path: string): { route: Route; ids: [string, string] } {
    const segments = path.slice(1).replace(/\/$/, '').split('/').map(decodeSegment)
    for (const each of this.#routes.get(`${method} ${segments.length}`) ?? []) {
      const ids = match(each.segments, segments)
      if (ids) return { route: each, ids: [ids[0] ?? '', ids[1] ?? ''] }
    }
    throw new StripeFault(404, {
      type: 'invalid_request_error',
      message:
        `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at ` +
        'https://support.stripe.com/.',
    })
  }
}

function match(pattern: string[], segments: string[]): string[] | null {
  const ids: string[] = []
  for (const [i, part] of pattern.entries()) {
    const given = segments[i] ?? ''
    if (part.startsWith(':')) ids.push(given)
    else if (part !== given) return null
  }
  return ids
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw invalid('Invalid request URL')
  }
}
