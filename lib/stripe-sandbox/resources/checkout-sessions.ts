import { createSession, sessionShape } from '@/lib/stripe-sandbox/billing/session-start'
import { sessionLines, sessionResult } from '@/lib/stripe-sandbox/billing/session-totals'
import { clearable, mergeMetadata, metadata, oneOf, text } from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { listShape, narrowest, page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import type { Session, SessionPlan } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export function expireSession(world: World, id: string): Session {
  const before = world.store.need('checkout.session', id)
  if (before.status !== 'open') {
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${before.status}.`,
    )
  }
  const after = world.store.update('checkout.session', id, { status: 'expired', url: null })
  world.unschedule(`session:${id}`)
  world.emit('checkout.session.expired', after, world.at(after.customer))
  return after
}

export function lineItemsOf(world: World, id: string) {
  const plan = world.store.need('sandbox.session', id)
  const session = world.store.need('checkout.session', id)
  const hasTrial = plan.trialEnd !== null || plan.trialDays !== null
  return sessionLines(
    world,
    plan,
    sessionResult(world, plan, session.discounts as SessionPlan['discounts'], hasTrial),
  )
}

export const checkoutSessionRoutes = [
  route('POST', '/v1/checkout/sessions', sessionShape, (world, params) => createSession(world, params)),
  route('GET', '/v1/checkout/sessions/:id', {}, (world, _, id) =>
    world.store.need('checkout.session', id, 'session'),
  ),
  route('POST', '/v1/checkout/sessions/:id', { metadata: clearable(metadata) }, (world, params, id) => {
    const before = world.store.need('checkout.session', id, 'session')
    return world.store.update('checkout.session', id, {
      metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
    })
  }),
  route('POST', '/v1/checkout/sessions/:id/expire', {}, (world, _, id) => expireSession(world, id)),
  route('GET', '/v1/checkout/sessions/:id/line_items', pageShape, (world, params, id) => {
    const lines = lineItemsOf(world, id)
    const from =
      params.starting_after === undefined
        ? 0
        : lines.findIndex((line) => line.id === params.starting_after) + 1
    const limit = Math.min(100, params.limit ?? 10)
    const data = lines.slice(from, from + limit)
    return {
      object: 'list',
      data,
      has_more: from + limit < lines.length,
      url: `/v1/checkout/sessions/${id}/line_items`,
    }
  }),
  route(
    'GET',
    '/v1/checkout/sessions',
    {
      ...listShape,
      customer: text,
      payment_intent: text,
      subscription: text,
      status: oneOf('open', 'complete', 'expired'),
    },
    (world, params) =>
      page(world, 'checkout.session', '/v1/checkout/sessions', params, {
        by: narrowest({
          payment_intent: params.payment_intent,
          subscription: params.subscription,
          customer: params.customer,
        }),
        where: (it) =>
          (params.status === undefined || it.status === params.status) &&
          (params.customer === undefined || it.customer === params.customer),
      }),
  ),
]
