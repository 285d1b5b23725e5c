import { boolean, list, text } from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { SandboxEvent } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** An event as it is read now: with the number of endpoints that have not taken it yet. */
export function readEvent(world: World, event: SandboxEvent): SandboxEvent {
  const waiting = new Set<string>()
  for (const delivery of world.store.each('sandbox.delivery', { index: 'event', key: event.id })) {
    waiting.add(delivery.endpoint)
  }
  return { ...event, pending_webhooks: waiting.size }
}

const isUndelivered = (world: World, id: string) =>
  !world.store.each('sandbox.delivery', { index: 'event', key: id }).next().done

function matches(type: string, pattern: string): boolean {
  return (
    pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))
  )
}

export const eventRoutes = [
  route('GET', '/v1/events/:id', {}, (world, _, id) => readEvent(world, world.store.need('event', id))),
  route(
    'GET',
    '/v1/events',
    { ...listShape, type: text, types: list(text), delivery_success: boolean },
    (world, params) => {
      const { type, types, delivery_success: success } = params
      if (type !== undefined && types)
        throw invalid('You may only specify one of these parameters: type, types.')
      if (types && types.length > 20) throw invalid('You may pass up to 20 types.', 'types')
      const patterns = types ?? (type === undefined ? ['*'] : [type])
      const only = patterns.length === 1 && !patterns[0]?.endsWith('*') ? patterns[0] : undefined
      const result = page(world, 'event', '/v1/events', params, {
        by: narrowest({ type: only }),
        where: (it) =>
          patterns.some((pattern) => matches(it.type, pattern)) &&
          (success === undefined || isUndelivered(world, it.id) !== success),
      })
      return { ...result, data: result.data.map((each) => readEvent(world, each)) }
    },
  ),
]
