import { bookFee } from '@/lib/stripe-sandbox/billing/fees'
import { creditInvoicesOf } from '@/lib/stripe-sandbox/billing/intent-arrival'
import { tellFailed } from '@/lib/stripe-sandbox/billing/paying'
import { finishProcessing } from '@/lib/stripe-sandbox/billing/payments'
import { collect, finalizeAndCollect, subscriptionDue } from '@/lib/stripe-sandbox/billing/subscription-cycle'
import type { DueHandlers, World } from '@/lib/stripe-sandbox/machine/world'
import { expireSession } from '@/lib/stripe-sandbox/resources/checkout-sessions'

/** The end of a delayed payment, and what it means for its invoice and its session. */
function finishAsync(world: World, intentId: string): void {
  const intent = world.store.find('payment_intent', intentId)
  if (!intent || intent.status !== 'processing') return
  const hasCome = finishProcessing(world, intent)
  if (hasCome) creditInvoicesOf(world, intentId)
  else {
    for (const payment of world.store.each('invoice_payment', { index: 'payment_intent', key: intentId })) {
      tellFailed(world, payment.invoice)
    }
  }
  for (const session of sessionsOf(world, intentId)) {
    const after = hasCome
      ? world.store.update('checkout.session', session, { payment_status: 'paid' })
      : world.store.need('checkout.session', session)
    world.emit(
      hasCome ? 'checkout.session.async_payment_succeeded' : 'checkout.session.async_payment_failed',
      after,
      world.at(after.customer),
    )
  }
}

/** A session names its PaymentIntent, or the subscription whose first invoice it pays. */
function sessionsOf(world: World, intentId: string): string[] {
  const ids = [...world.store.each('checkout.session', { index: 'payment_intent', key: intentId })].map(
    (it) => it.id,
  )
  for (const payment of world.store.each('invoice_payment', { index: 'payment_intent', key: intentId })) {
    const subscription = world.store.find('invoice', payment.invoice)?.parent?.subscription_details
      ?.subscription
    if (subscription === undefined) continue
    for (const session of world.store.each('checkout.session', {
      index: 'subscription',
      key: subscription,
    })) {
      if (session.invoice === payment.invoice) ids.push(session.id)
    }
  }
  return [...new Set(ids)]
}

export const dueHandlers: DueHandlers = {
  subscription: subscriptionDue,
  fee: (world, { ref }) => bookFee(world, ref),
  finalize: (world, { ref }) => finalizeAndCollect(world, ref),
  session: (world, { ref }) => {
    if (world.store.find('checkout.session', ref)?.status === 'open') expireSession(world, ref)
  },
  async: (world, { ref }) => finishAsync(world, ref),
  retry: (world, { ref }) => {
    if (world.store.find('invoice', ref)?.status === 'open') collect(world, ref)
  },
}
