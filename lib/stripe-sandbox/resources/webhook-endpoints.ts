import {
  boolean,
  clearable,
  list,
  mergeMetadata,
  metadata,
  needed,
  text,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { WebhookEndpoint } from '@/lib/stripe-sandbox/machine/wire'

function assertUrl(url: string | undefined): void {
  if (url === undefined || /^https?:\/\/[^/]+/.test(url)) return
  throw invalid(`Invalid URL: An explicit scheme (such as https) must be provided.`, 'url', 'url_invalid')
}

export const webhookEndpointRoutes = [
  route(
    'POST',
    '/v1/webhook_endpoints',
    {
      url: needed(text),
      enabled_events: needed(list(text)),
      api_version: text,
      connect: boolean,
      description: clearable(text),
      metadata,
    },
    (world, params) => {
      assertUrl(params.url)
      if (params.enabled_events.length === 0) throw invalid('Invalid array', 'enabled_events')
      const endpoint = {
        id: world.id('we_'),
        object: 'webhook_endpoint',
        api_version: params.api_version ?? null,
        application: params.connect ? `ca_${world.accountId.slice(5)}` : null,
        created: world.now(null),
        description: params.description ?? null,
        enabled_events: params.enabled_events,
        livemode: false,
        metadata: mergeMetadata({}, params.metadata),
        status: 'enabled',
        url: params.url,
      } satisfies WebhookEndpoint
      world.store.put('webhook_endpoint', endpoint)
      const secret = world.id('whsec_', 32)
      const fields = { secret, connect: params.connect ?? false }
      world.store.put('sandbox.extra', { object: 'sandbox.extra', id: endpoint.id, fields })
      return { ...endpoint, secret }
    },
  ),
  route('GET', '/v1/webhook_endpoints/:id', {}, (world, _, id) => world.store.need('webhook_endpoint', id)),
  route(
    'POST',
    '/v1/webhook_endpoints/:id',
    { url: text, enabled_events: list(text), description: clearable(text), disabled: boolean, metadata },
    (world, params, id) => {
      const before = world.store.need('webhook_endpoint', id)
      assertUrl(params.url)
      const { disabled, metadata: change, ...rest } = params
      return world.store.update('webhook_endpoint', id, {
        ...rest,
        metadata: mergeMetadata(before.metadata, change),
        ...(disabled === undefined ? {} : { status: disabled ? 'disabled' : 'enabled' }),
      })
    },
  ),
  route('DELETE', '/v1/webhook_endpoints/:id', {}, (world, _, id) => {
    world.store.need('webhook_endpoint', id)
    for (const waiting of [...world.store.each('sandbox.delivery', { index: 'endpoint', key: id })]) {
      world.store.delete('sandbox.delivery', waiting.id)
    }
    world.store.delete('webhook_endpoint', id)
    return { id, object: 'webhook_endpoint', deleted: true }
  }),
  route('GET', '/v1/webhook_endpoints', pageShape, (world, params) =>
    page(world, 'webhook_endpoint', '/v1/webhook_endpoints', params),
  ),
]
