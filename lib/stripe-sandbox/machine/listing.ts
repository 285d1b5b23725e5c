import { inRange, integer, range, text, type Range } from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import type { Kind, Kinds, List } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export const pageShape = { limit: integer, starting_after: text, ending_before: text }
export const listShape = { ...pageShape, created: range }

export interface PageParams {
  limit?: number
  starting_after?: string
  ending_before?: string
  created?: Range
}

interface Selection<T> {
  /** The narrowest index that fits, with the key asked for. */
  by?: { index: string; key: string } | undefined
  where?: (thing: T) => boolean
  /** Lists are newest first; the lines of an invoice and the items of a subscription are not. */
  oldestFirst?: boolean
}

/** One page of things, with Stripe's cursors. https://docs.stripe.com/api/pagination */
export function page<K extends Kind>(
  world: World,
  kind: K,
  url: string,
  params: PageParams,
  { by, where, oldestFirst = false }: Selection<Kinds[K]> = {},
): List<Kinds[K]> {
  const limit = params.limit ?? 10
  if (limit < 1)
    throw invalid('This value must be greater than or equal to 1.', 'limit', 'parameter_invalid_integer')
  if (limit > 100)
    throw invalid('This value must be less than or equal to 100.', 'limit', 'parameter_invalid_integer')
  const { starting_after: after, ending_before: before } = params
  if (after !== undefined && before !== undefined) {
    throw invalid('You may only specify one of these parameters: starting_after, ending_before.')
  }
  const cursor = after ?? before
  if (cursor !== undefined && !world.store.find(kind, cursor)) {
    throw missingReference(kind, cursor, after === undefined ? 'ending_before' : 'starting_after')
  }
  const backwards = before !== undefined
  const data: Kinds[K][] = []
  let more = false
  for (const thing of world.store.walk(kind, by, cursor, backwards !== oldestFirst)) {
    if ('created' in thing && !inRange(thing.created, params.created)) {
      if (isPast(thing.created, params.created, backwards !== oldestFirst)) break
      continue
    }
    if (where && !where(thing)) continue
    if (data.length === limit) {
      more = true
      break
    }
    data.push(thing)
  }
  if (backwards) data.reverse()
  return { object: 'list', data, has_more: more, url }
}

/** Whether all that comes after lies outside the range too: a walk goes by time. */
function isPast(created: number, limits: Range | undefined, forwards: boolean): boolean {
  if (!limits) return false
  return forwards
    ? created > Math.min(limits.lt ?? Infinity, limits.lte ?? Infinity)
    : created < Math.max(limits.gt ?? -Infinity, limits.gte ?? -Infinity)
}

/** The first of the given index keys that was asked for. */
export function narrowest(
  keys: Record<string, string | undefined>,
): { index: string; key: string } | undefined {
  for (const [index, key] of Object.entries(keys)) if (key !== undefined) return { index, key }
  return undefined
}
