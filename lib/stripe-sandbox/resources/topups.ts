import { topUp } from '@/lib/stripe-sandbox/billing/topups'
import { amount, currency, mergeMetadata, metadata, needed, text } from '@/lib/stripe-sandbox/machine/fields'
import { listShape, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'

export const topupRoutes = [
  route(
    'POST',
    '/v1/topups',
    {
      amount: needed(amount),
      currency: needed(currency),
      description: text,
      statement_descriptor: text,
      transfer_group: text,
      metadata,
    },
    (world, params) =>
      topUp(world, {
        amount: params.amount,
        currency: params.currency,
        description: params.description ?? null,
        transferGroup: params.transfer_group ?? null,
        metadata: mergeMetadata({}, params.metadata),
      }),
  ),
  route('GET', '/v1/topups/:id', {}, (world, _, id) => world.store.need('topup', id)),
  route('GET', '/v1/topups', listShape, (world, params) => page(world, 'topup', '/v1/topups', params)),
]
