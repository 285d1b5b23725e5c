import { needCustomer } from '@/lib/stripe-sandbox/billing/customers'
import { usageOf } from '@/lib/stripe-sandbox/billing/usage'
import { integer, map, needed, object, oneOf, text } from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Meter } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

function meterOf(world: World, eventName: string): Meter | undefined {
  return [...world.store.each('billing.meter', { index: 'event_name', key: eventName })].find(
    (meter) => meter.status === 'active',
  )
}

function setStatus(world: World, id: string, status: 'active' | 'inactive'): Meter {
  const at = world.now(null)
  return world.store.update('billing.meter', id, {
    status,
    status_transitions: { deactivated_at: status === 'inactive' ? at : null },
    updated: at,
  })
}

/** Usage of one customer; the same identifier counts once. */
function recordUsage(
  world: World,
  ask: { event_name: string; identifier?: string; timestamp?: number; payload: Record<string, string> },
): object {
  const meter = meterOf(world, ask.event_name)
  if (!meter) {
    throw invalid(`No active meter found for event name ${ask.event_name}.`, 'event_name', 'no_meter')
  }
  const customer = needCustomer(world, ask.payload[meter.customer_mapping.event_payload_key] ?? '')
  const given = ask.payload[meter.value_settings.event_payload_key]
  const value = Number(given)
  if (
    meter.default_aggregation.formula !== 'count' &&
    (given === undefined || !Number.isSafeInteger(value))
  ) {
    throw invalid('The value of a meter event is a whole number here.', 'payload')
  }
  const now = world.at(customer.id)
  const created = ask.timestamp ?? now
  const identifier = ask.identifier ?? world.id('', 32)
  if (world.store.find('sandbox.usage', identifier)) {
    throw invalid(`An event already exists with identifier ${identifier}.`, 'identifier')
  }
  world.store.put('sandbox.usage', {
    object: 'sandbox.usage',
    id: identifier,
    created,
    of: `${meter.event_name} ${customer.id}`,
    value,
  })
  return {
    object: 'billing.meter_event',
    created: now,
    event_name: ask.event_name,
    identifier,
    livemode: false,
    payload: ask.payload,
    timestamp: created,
  }
}

export const meterRoutes = [
  route(
    'POST',
    '/v1/billing/meters',
    {
      display_name: needed(text),
      event_name: needed(text),
      default_aggregation: needed(object({ formula: needed(oneOf('count', 'last', 'sum')) })),
      customer_mapping: object({ event_payload_key: needed(text), type: needed(oneOf('by_id')) }),
      event_time_window: oneOf('day', 'hour'),
      value_settings: object({ event_payload_key: needed(text) }),
    },
    (world, params) => {
      if (meterOf(world, params.event_name)) {
        throw invalid('A meter with this event name already exists.', 'event_name', 'resource_already_exists')
      }
      const at = world.now(null)
      const meter = {
        id: world.id('mtr_test_', 30),
        object: 'billing.meter',
        created: at,
        customer_mapping: params.customer_mapping ?? {
          event_payload_key: 'stripe_customer_id',
          type: 'by_id',
        },
        default_aggregation: params.default_aggregation,
        display_name: params.display_name,
        event_name: params.event_name,
        event_time_window: params.event_time_window ?? null,
        livemode: false,
        status: 'active',
        status_transitions: { deactivated_at: null },
        updated: at,
        value_settings: params.value_settings ?? { event_payload_key: 'value' },
      } satisfies Meter
      return world.store.put('billing.meter', meter)
    },
  ),
  route('GET', '/v1/billing/meters/:id', {}, (world, _, id) => world.store.need('billing.meter', id)),
  route('POST', '/v1/billing/meters/:id', { display_name: text }, (world, params, id) =>
    world.store.update('billing.meter', id, params),
  ),
  route('POST', '/v1/billing/meters/:id/deactivate', {}, (world, _, id) => setStatus(world, id, 'inactive')),
  route('POST', '/v1/billing/meters/:id/reactivate', {}, (world, _, id) => setStatus(world, id, 'active')),
  route(
    'GET',
    '/v1/billing/meters',
    { ...listShape, status: oneOf('active', 'inactive') },
    (world, { status, ...params }) =>
      page(world, 'billing.meter', '/v1/billing/meters', params, {
        where: (it) => status === undefined || it.status === status,
      }),
  ),
  route(
    'GET',
    '/v1/billing/meters/:id/event_summaries',
    { ...pageShape, customer: needed(text), start_time: needed(integer), end_time: needed(integer) },
    (world, { customer, start_time: start, end_time: end }, id) => ({
      object: 'list',
      data: [
        {
          id: world.id('mtrusg_test_', 30),
          object: 'billing.meter_event_summary',
          aggregated_value: usageOf(world, id, customer, { start, end }),
          end_time: end,
          livemode: false,
          meter: id,
          start_time: start,
        },
      ],
      has_more: false,
      url: `/v1/billing/meters/${id}/event_summaries`,
    }),
  ),
  route(
    'POST',
    '/v1/billing/meter_events',
    { event_name: needed(text), identifier: text, timestamp: integer, payload: needed(map(text)) },
    (world, params) => recordUsage(world, params),
  ),
]
