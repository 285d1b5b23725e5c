import { createCharge } from '@/lib/stripe-sandbox/billing/charges'
import { bookFeeLater } from '@/lib/stripe-sandbox/billing/fees'
import { createRefund } from '@/lib/stripe-sandbox/billing/refunds'
import { invalid } from '@/lib/stripe-sandbox/machine/faults'
import type { Charge, PaymentIntent, PaymentMethod } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

/** Keeps the money on the card for the seller, who takes it later or lets it go. */
export function authorizeIntent(world: World, intent: PaymentIntent, method: PaymentMethod): PaymentIntent {
  const at = world.at(intent.customer)
  const made = createCharge(world, intent, method, 'succeeded')
  const charge = world.store.update('charge', made.id, { captured: false, amount_captured: 0 })
  const after = world.store.update('payment_intent', intent.id, {
    status: 'requires_capture',
    amount_capturable: intent.amount,
    latest_charge: charge.id,
    payment_method: method.id,
    last_payment_error: null,
  })
  world.emit('charge.succeeded', charge, at)
  world.emit('payment_intent.amount_capturable_updated', after, at)
  return after
}

/** Takes what was authorised, or less: the rest goes back as a refund that moves nothing on the balance. */
export function captureIntent(world: World, intent: PaymentIntent, wanted?: number): PaymentIntent {
  if (intent.status !== 'requires_capture')
    throw unexpected(`This PaymentIntent could not be captured because it has a status of ${intent.status}.`)
  const amount = wanted ?? intent.amount_capturable
  if (amount < 1 || amount > intent.amount_capturable)
    throw invalid('The amount to capture is not within what is capturable.', 'amount_to_capture')
  const at = world.at(intent.customer)
  const captured = world.store.update('charge', intent.latest_charge ?? '', {
    captured: true,
    amount_captured: amount,
  })
  if (amount < captured.amount) release(world, captured)
  const charge = world.store.need('charge', captured.id)
  const after = world.store.update('payment_intent', intent.id, {
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
  })
  world.emit('charge.captured', charge, at)
  world.emit('payment_intent.succeeded', after, at)
  bookFeeLater(world, charge)
  return after
}

/** What was authorised and is not captured goes back to the card. */
export function releaseIntent(world: World, intent: PaymentIntent): void {
  if (intent.status === 'requires_capture')
    release(world, world.store.need('charge', intent.latest_charge ?? ''))
}

function release(world: World, charge: Charge): void {
  createRefund(world, charge, { amount: charge.amount - charge.amount_captured, isRelease: true })
}

const unexpected = (message: string) => invalid(message, undefined, 'payment_intent_unexpected_state')
