import { dueHandlers } from '@/lib/stripe-sandbox/due'
import { integer, needed, text } from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { TestClock } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

const base = '/v1/test_helpers/test_clocks'
const kind = 'test_helpers.test_clock'

/**
 * Moves a clock on and does everything that falls due on the way, in time order. All is done when the answer is
 * written; the answer says `advancing` all the same, as Stripe's does, and the next read says `ready`.
 */
function advance(world: World, id: string, target: number): TestClock {
  const before = world.store.need(kind, id)
  if (target <= before.frozen_time) {
    throw invalid(
      'The test clock can only be advanced to a time after its current frozen time.',
      'frozen_time',
    )
  }
  const advancing = world.store.update(kind, id, {
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: target } },
  })
  world.emit('test_helpers.test_clock.advancing', advancing, before.frozen_time)
  const { request } = world
  world.request = { id: null, idempotency_key: null }
  world.runDue(id, target, dueHandlers)
  const ready = world.store.update(kind, id, { frozen_time: target, status: 'ready', status_details: {} })
  world.emit('test_helpers.test_clock.ready', ready, target)
  world.request = request
  return advancing
}

function remove(world: World, id: string): object {
  const clock = world.store.need(kind, id)
  for (const customer of [...world.store.each('customer', { index: 'test_clock', key: id })]) {
    for (const subscription of [
      ...world.store.each('subscription', { index: 'customer', key: customer.id }),
    ]) {
      world.unschedule(`sub:${subscription.id}`)
      world.store.delete('subscription', subscription.id)
    }
    world.store.put('sandbox.extra', {
      object: 'sandbox.extra',
      id: customer.id,
      fields: { remains: { id: customer.id, object: 'customer', deleted: true } },
    })
    world.store.delete('customer', customer.id)
  }
  world.store.delete(kind, id)
  world.emit('test_helpers.test_clock.deleted', clock, clock.frozen_time)
  return { id, object: kind, deleted: true }
}

export const testClockRoutes = [
  route('POST', base, { frozen_time: needed(integer), name: text }, (world, params) => {
    const created = world.now(null)
    const clock = {
      id: world.id('clock_'),
      object: kind,
      created,
      deletes_after: created + 30 * 86_400,
      frozen_time: params.frozen_time,
      livemode: false,
      name: params.name ?? null,
      status: 'ready',
      status_details: {},
    } satisfies TestClock
    world.store.put(kind, clock)
    world.emit('test_helpers.test_clock.created', clock, params.frozen_time)
    return clock
  }),
  route('GET', `${base}/:id`, {}, (world, _, id) => world.store.need(kind, id)),
  route('POST', `${base}/:id/advance`, { frozen_time: needed(integer) }, (world, params, id) =>
    advance(world, id, params.frozen_time),
  ),
  route('DELETE', `${base}/:id`, {}, (world, _, id) => remove(world, id)),
  route('GET', base, pageShape, (world, params) => page(world, kind, base, params)),
]
