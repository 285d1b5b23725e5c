import { createRefund, stepRefund } from '@/lib/stripe-sandbox/billing/refunds'
import {
  amount,
  boolean,
  clearable,
  mergeMetadata,
  metadata,
  oneOf,
  text,
} from '@/lib/stripe-sandbox/machine/fields'
import { invalid, missingReference } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Charge } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export function chargeOf(world: World, ask: { charge?: string; payment_intent?: string }): Charge {
  if (ask.charge !== undefined) {
    const charge = world.store.find('charge', ask.charge)
    if (!charge) throw missingReference('charge', ask.charge, 'charge')
    return charge
  }
  if (ask.payment_intent === undefined) {
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
    )
  }
  const intent = world.store.find('payment_intent', ask.payment_intent)
  if (!intent) throw missingReference('payment_intent', ask.payment_intent, 'payment_intent')
  const charge = world.store.find('charge', intent.latest_charge)
  if (!charge) {
    throw invalid(
      `This PaymentIntent (${intent.id}) does not have a successful charge to refund.`,
      'payment_intent',
    )
  }
  return charge
}

export const refundRoutes = [
  route(
    'POST',
    '/v1/refunds',
    {
      amount,
      charge: text,
      payment_intent: text,
      metadata,
      reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
      instructions_email: text,
      refund_application_fee: boolean,
      reverse_transfer: boolean,
    },
    (world, params) => {
      const marks = mergeMetadata({}, params.metadata)
      const wanted = marks['sandbox_status']
      return createRefund(world, chargeOf(world, params), {
        ...(params.amount === undefined ? {} : { amount: params.amount }),
        reason: params.reason ?? null,
        metadata: marks,
        ...(wanted === 'pending' || wanted === 'requires_action' ? { status: wanted } : {}),
      })
    },
  ),
  route('GET', '/v1/refunds/:id', {}, (world, _, id) => world.store.need('refund', id)),
  route('POST', '/v1/refunds/:id', { metadata: clearable(metadata) }, (world, params, id) => {
    const before = world.store.need('refund', id)
    const after = world.store.update('refund', id, {
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    })
    world.emit('refund.updated', after, world.at(before.customer), before)
    world.emit('charge.refund.updated', after, world.at(before.customer), before)
    return after
  }),
  route('POST', '/v1/refunds/:id/cancel', {}, (world, _, id) => {
    const refund = world.store.need('refund', id)
    if (refund.status !== 'requires_action' && refund.status !== 'pending') {
      throw invalid('This refund cannot be canceled in its current status.', 'refund')
    }
    return stepRefund(world, id, 'canceled')
  }),
  route('GET', '/v1/refunds', { ...listShape, charge: text, payment_intent: text }, (world, params) =>
    page(world, 'refund', '/v1/refunds', params, {
      by: narrowest({ charge: params.charge, payment_intent: params.payment_intent }),
    }),
  ),
  route('GET', '/v1/charges/:id/refunds', listShape, (world, params, id) =>
    page(world, 'refund', `/v1/charges/${id}/refunds`, params, { by: { index: 'charge', key: id } }),
  ),
]
