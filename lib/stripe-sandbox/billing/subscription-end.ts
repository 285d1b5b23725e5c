import { cancelPayment } from '@/lib/stripe-sandbox/billing/paying'
import type { Invoice, Subscription } from '@/lib/stripe-sandbox/machine/wire'
import type { World } from '@/lib/stripe-sandbox/machine/world'

export interface Leaving {
  comment?: string | null
  feedback?: string | null
}

/** Ends a subscription now. Invoices that were never paid are left open, drafts stop advancing. */
export function endSubscription(
  world: World,
  id: string,
  reason: 'cancellation_requested' | 'payment_failed' | 'payment_disputed',
  leaving: Leaving = {},
): Subscription {
  const before = world.store.need('subscription', id)
  const at = world.at(before.customer)
  const ended = world.store.update('subscription', id, {
    status: 'canceled',
    canceled_at: before.canceled_at ?? at,
    ended_at: at,
    cancellation_details: {
      comment: leaving.comment ?? before.cancellation_details?.comment ?? null,
      feedback: leaving.feedback ?? before.cancellation_details?.feedback ?? null,
      feedback_option: null,
      reason: before.cancellation_details?.reason ?? reason,
    },
  })
  world.unschedule(`sub:${id}`)
  for (const invoice of [...world.store.each('invoice', { index: 'subscription', key: id })]) {
    if (invoice.status !== 'open' && invoice.status !== 'draft') continue
    world.unschedule(`retry:${invoice.id}`)
    world.unschedule(`finalize:${invoice.id}`)
    world.store.update('invoice', invoice.id, { auto_advance: false, next_payment_attempt: null })
    if (before.status === 'incomplete') voidInvoice(world, invoice.id)
  }
  world.emit('customer.subscription.deleted', ended, at)
  return ended
}

/** Voids an open invoice and the payment that was waiting for it. */
export function voidInvoice(world: World, id: string): Invoice {
  const before = world.store.need('invoice', id)
  const at = world.at(before.customer)
  for (const payment of [...world.store.each('invoice_payment', { index: 'invoice', key: id })]) {
    if (payment.status === 'open') cancelPayment(world, payment)
  }
  const after = world.store.update('invoice', id, {
    status: 'void',
    status_transitions: { ...before.status_transitions, voided_at: at },
  })
  world.emit('invoice.voided', after, at)
  return after
}
