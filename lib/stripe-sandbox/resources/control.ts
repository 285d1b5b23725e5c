import { changeAccount, finishOnboarding, showAccountV1 } from '@/lib/stripe-sandbox/billing/accounts'
import { balanceOf } from '@/lib/stripe-sandbox/billing/balance'
import { completeSession } from '@/lib/stripe-sandbox/billing/checkout'
import { moveDispute, openDispute } from '@/lib/stripe-sandbox/billing/disputes'
import { stepRefund } from '@/lib/stripe-sandbox/billing/refunds'
import { topUp } from '@/lib/stripe-sandbox/billing/topups'
import { dueHandlers } from '@/lib/stripe-sandbox/due'
import { amount, currency, integer, needed, oneOf, text } from '@/lib/stripe-sandbox/machine/fields'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import { page, pageShape } from '@/lib/stripe-sandbox/machine/listing'
import { route } from '@/lib/stripe-sandbox/machine/router'
import { changeSettings, settingsShape, type Settings } from '@/lib/stripe-sandbox/machine/settings'
import type { World } from '@/lib/stripe-sandbox/machine/world'
import { chargeOf } from '@/lib/stripe-sandbox/resources/refunds'

const base = '/v1/test_helpers/sandbox'

/** Moves the sandbox's own time on: everything of customers without a test clock that falls due is done. */
export function advanceWall(world: World, target: number): { now: number; done: number } {
  const now = world.wall()
  if (target < now) throw invalid('Time only moves on; set `wallOffsetSeconds` to start elsewhere.', 'to')
  const { request } = world
  world.request = { id: null, idempotency_key: null }
  const done = world.runDue(null, target, dueHandlers)
  world.settings = { ...world.settings, wallOffsetSeconds: world.settings.wallOffsetSeconds + target - now }
  world.request = request
  return { now: target, done }
}

function setSettings(world: World, change: Parameters<typeof changeSettings>[1]): Settings {
  const settings = changeSettings(world.settings, change)
  world.settings = settings
  world.later(() => queueMicrotask(() => world.courier?.settingsChanged()))
  return settings
}

export const controlRoutes = [
  route('GET', `${base}/state`, {}, (world) => ({
    object: 'sandbox.state',
    now: world.wall(),
    counts: Object.fromEntries(Object.entries(world.store.counts()).filter(([, count]) => count > 0)),
  })),
  route('GET', `${base}/settings`, {}, (world) => world.settings),
  route('POST', `${base}/settings`, settingsShape, (world, params) => setSettings(world, params)),
  route('POST', `${base}/advance`, { seconds: integer, to: integer }, (world, params) => {
    if ((params.seconds === undefined) === (params.to === undefined))
      throw invalid('Say either `seconds` or `to`.', 'seconds')
    return advanceWall(world, params.to ?? world.wall() + (params.seconds ?? 0))
  }),
  route(
    'POST',
    `${base}/checkout/sessions/:id/complete`,
    {
      promotion_code: text,
      email: text,
      name: text,
      country: text,
      postal_code: text,
      payment_method: text,
      card_number: text,
      fee: amount,
      settlement: text,
    },
    (world, params, id) => completeSession(world, id, params),
  ),
  route(
    'POST',
    `${base}/disputes`,
    { charge: text, payment_intent: text, amount, reason: text, type: oneOf('chargeback', 'inquiry') },
    (world, params) =>
      openDispute(world, chargeOf(world, params).id, {
        ...(params.amount === undefined ? {} : { amount: params.amount }),
        ...(params.reason === undefined ? {} : { reason: params.reason }),
        isInquiry: params.type === 'inquiry',
      }),
  ),
  route(
    'POST',
    `${base}/disputes/:id/move`,
    {
      to: needed(
        oneOf(
          'under_review',
          'won',
          'lost',
          'warning_under_review',
          'warning_closed',
          'escalated',
          'prevented',
          'appeal_needs_response',
          'appeal_under_review',
          'funds_reinstated',
        ),
      ),
    },
    (world, params, id) => moveDispute(world, id, params.to),
  ),
  route(
    'POST',
    `${base}/refunds/:id/move`,
    { to: needed(oneOf('succeeded', 'failed', 'canceled')), reason: text },
    (world, params, id) => stepRefund(world, id, params.to, params.reason),
  ),
  route('POST', `${base}/accounts/:id/onboard`, {}, (world, _, id) =>
    showAccountV1(finishOnboarding(world, id)),
  ),
  route(
    'POST',
    `${base}/accounts/:id/capability`,
    { to: needed(oneOf('active', 'pending', 'rejected', 'restricted', 'unsupported')) },
    (world, { to }, id) => showAccountV1(changeAccount(world, id, { transfers: to })),
  ),
  route(
    'POST',
    `${base}/balance`,
    { amount: needed(integer), currency: needed(currency) },
    (world, params) => {
      topUp(world, params)
      return balanceOf(world)
    },
  ),
  route('POST', `${base}/webhooks/flush`, { timeout_ms: integer }, (world, params) =>
    world.courier ? world.courier.flush(params.timeout_ms ?? 10_000) : {},
  ),
  route('POST', `${base}/webhooks/retry`, {}, (world) => {
    world.later(() => queueMicrotask(() => world.courier?.retryNow()))
    return {}
  }),
  route('POST', `${base}/webhooks/pause`, {}, (world) =>
    setSettings(world, { webhooks: { ...world.settings.webhooks, paused: true } }),
  ),
  route('POST', `${base}/webhooks/resume`, {}, (world) =>
    setSettings(world, { webhooks: { ...world.settings.webhooks, paused: false } }),
  ),
  route('POST', `${base}/events/:id/resend`, {}, (world, _, id) => {
    const event = world.store.need('event', id)
    world.courier?.resend(event)
    return event
  }),
  route('GET', `${base}/deliveries`, { ...pageShape, state: oneOf('waiting', 'lost') }, (world, params) =>
    page(world, 'sandbox.delivery', `${base}/deliveries`, params, {
      where: (it) => params.state === undefined || it.lost === (params.state === 'lost'),
    }),
  ),
]
